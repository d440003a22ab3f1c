import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { serve } from './serve.ts';

describe("the page's files", () => {
  test('without a build the page says how to build it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selvage-'));
    const server = await serve({ graphiql: { folder: pathToFileURL(`${folder}/`) } });
    const response = await fetch(server.endpoint, { headers: { accept: 'text/html' } });
    await Promise.all([server.close(), rm(folder, { recursive: true })]);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build:graphiql');
  });

  test('H9: the policy allows no inline script, no other origin and no frame', async () => {
    const server = await serve();
    const response = await fetch(server.endpoint, { headers: { accept: 'text/html,application/xhtml+xml' } });
    await server.close();
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(["default-src 'self'", "frame-ancestors 'none'", "object-src 'none'"]),
    );
    expect(policy).not.toMatch(/script-src|unsafe-eval|https?:/);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  });
});
