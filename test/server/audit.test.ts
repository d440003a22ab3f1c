import { auditServer } from 'graphql-http';
import { expect, test } from 'vitest';
import { serve } from './serve.ts';

test.each(['both', 'yoga'] as const)('the GraphQL over HTTP audits of graphql-http, doors: %s', async door => {
  const server = await serve({ door });
  try {
    const results = await auditServer({ url: server.endpoint });
    const failed = results.filter(result => result.status !== 'ok').map(({ id, name }) => `${id} ${name}`);
    expect(failed).toEqual([]);
    expect(results).toHaveLength(61);
  } finally {
    await server.close();
  }
});
