import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGraphiql } from '../../scripts/build-graphiql.ts';
import { graphiqlFolder } from '../../src/server/graphiql.ts';
import { serve, type TestServer } from './serve.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const skipped = !existsSync(executablePath) && process.env['CI'] !== 'true';
if (skipped)
  console.warn(`SKIPPED: no Chromium at ${executablePath}; run "npm run setup:test-tools" or set CHROMIUM_PATH.`);

const query = '# a first query\nquery First { greet(name: "GraphiQL") }\n';

describe.skipIf(skipped)('GraphiQL in a browser', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    if (!existsSync(new URL('index.html', graphiqlFolder))) await buildGraphiql();
    server = await serve({ graphiql: { query } });
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
    page = await browser.newPage();
    page.on('request', request => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && origin !== server.url) foreign.push(request.url());
    });
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(error.message));
    await page.addInitScript(() => {
      globalThis.addEventListener('securitypolicyviolation', event => console.error('CSP', event));
    });
    await page.goto(server.endpoint);
  }, 120_000);

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('shows the query that the gateway gives it', async () => {
    await page.locator('.graphiql-query-editor').getByText('query First').waitFor();
  });

  test('runs it and shows the answer', async () => {
    await page.getByRole('button', { name: /execute/i }).click();
    await page.locator('.graphiql-response').getByText('Hello, GraphiQL!').waitFor();
    expect(server.ran).toEqual(['greet']);
  });

  test('knows the schema', async () => {
    await page.getByRole('button', { name: /documentation explorer/i }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).first().waitFor();
  });

  test('keeps no headers', async () => {
    const kept = await page.evaluate(() =>
      Object.keys(localStorage).filter(key => /headers/i.test(key) && localStorage.getItem(key)),
    );
    expect(kept.filter(key => key !== 'graphiql:shouldPersistHeaders')).toEqual([]);
  });

  test('asks nobody but this server, and breaks no rule of its policy', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selvage-'));
    await page.screenshot({ path: join(folder, 'graphiql.png') });
    if (process.env['KEEP_SCREENSHOT']) console.log(folder);
    else await rm(folder, { recursive: true });
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe("the page's files", () => {
  test('without a build the page says how to build it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selvage-'));
    const server = await serve({ graphiql: { folder: pathToFileURL(`${folder}/`) } });
    const response = await fetch(server.endpoint, { headers: { accept: 'text/html' } });
    await Promise.all([server.close(), rm(folder, { recursive: true })]);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build:graphiql');
  });

  test('the policy allows no inline script, no other origin and no frame', async () => {
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
