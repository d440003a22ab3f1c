import { auditServer } from 'graphql-http';
import { expect, test } from 'vitest';
import { serve } from './serve.ts';

test('the GraphQL over HTTP audits of graphql-http', async () => {
  const server = await serve();
  try {
    const results = await auditServer({ url: server.endpoint });
    const failed = results.filter(result => result.status !== 'ok').map(({ id, name }) => `${id} ${name}`);
    expect(failed).toEqual([]);
    expect(results).toHaveLength(61);
  } finally {
    await server.close();
  }
});
