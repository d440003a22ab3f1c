import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildGraphiql } from '../../scripts/build-graphiql.ts';
import { type Demo, runDemo } from '../../src/demo/demo.ts';
import { graphiqlFolder } from '../../src/server/graphiql.ts';
import { hasChromium, openBrowser } from '../support/chromium.ts';

describe.skipIf(!hasChromium)('the demo in a browser', () => {
  let demo: Demo;
  const lines: string[] = [];
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    if (!existsSync(new URL('index.html', graphiqlFolder))) await buildGraphiql();
    demo = await runDemo({ port: 0, log: line => lines.push(line) });
    ({ browser, page } = await openBrowser());
    page.on('request', request => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && protocol !== 'blob:' && origin !== demo.url) foreign.push(request.url());
    });
    page.on('console', message => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(error.message));
    await page.addInitScript(() => {
      globalThis.addEventListener('securitypolicyviolation', event => console.error('CSP', event));
    });
    await page.goto(`${demo.url}/graphql`);
  });

  afterAll(async () => {
    await browser?.close();
    await demo?.close();
  });

  test('shows the query that the gateway gives it', async () => {
    await page.locator('.graphiql-query-editor').getByText('query Shop').waitFor();
  });

  test('runs it and shows the answer of all four backends', async () => {
    const before = lines.length;
    await page.getByRole('button', { name: /execute/i }).click();
    for (const text of ['Two-person tent', 'AVAILABLE', 'Alpine Club Bergen']) {
      await page.locator('.graphiql-response').getByText(text).first().waitFor();
    }
    const backends = lines.slice(before).map(line => line.split(' ', 1)[0]);
    expect(backends.sort()).toEqual(['billing', 'billing', 'catalogue', 'reviews', 'stock']);
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

  test('H9: asks nobody but this server, and breaks no rule of its policy', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selvage-'));
    await page.screenshot({ path: join(folder, 'graphiql.png') });
    if (process.env['KEEP_SCREENSHOT']) console.log(folder);
    else await rm(folder, { recursive: true });
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
