import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildGraphiql } from '../../scripts/build-graphiql.ts';
import { readConfig } from '../../src/config.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { graphiqlFolder } from '../../src/server/graphiql.ts';
import { hasChromium, openBrowser } from '../support/chromium.ts';

const hostile =
  '<img src="x" onerror="globalThis.hit = 1"> <script>globalThis.hit = 1</script> <svg onload="globalThis.hit = 1"> [link](javascript:globalThis.hit=1)';

it('H9: a source is not called by a name that a page could take for markup', async () => {
  const yaml = 'sources:\n  "<img onerror=alert(1)>": { protocol: openapi, document: a.yaml }\n';
  const { diagnostics } = await readConfig(yaml, 'selvage.yaml', {});
  expect(diagnostics.map(({ code }) => code)).toContain('CONFIG_UNKNOWN_KEY');
});

describe.skipIf(!hasChromium)('the explorer over a hostile description', () => {
  let folder: string;
  let gateway: Gateway;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    if (!existsSync(new URL('index.html', graphiqlFolder))) await buildGraphiql();
    folder = await mkdtemp(join(tmpdir(), 'selvage-console-'));
    const operation = {
      operationId: 'hostile',
      summary: hostile,
      description: hostile,
      responses: { 200: { description: hostile, content: { 'application/json': { schema: { type: 'string' } } } } },
    };
    const document = { openapi: '3.0.3', info: { title: hostile, version: '1' }, paths: { '/x': { get: operation } } };
    await writeFile(join(folder, 'x.json'), JSON.stringify(document));
    const yaml =
      'gateway: { port: 0 }\nsources:\n  x: { protocol: openapi, document: x.json, endpoint: "http://127.0.0.1:9" }\n';
    const config = await readConfig(yaml, join(folder, 'selvage.yaml'), {});
    if (!config.ok) throw new TypeError(JSON.stringify(config.diagnostics));
    const graphiqlQuery = '# </script><script>globalThis.hit = 1</script>\n{ hostile }';
    gateway = await createGateway({ config: config.value, log: pino({ level: 'silent' }), graphiqlQuery });
    await gateway.listen();
    ({ browser, page } = await openBrowser());
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await rm(folder, { recursive: true });
  });

  it('H9: renders it as text, runs nothing of it, and breaks no rule of the page', async () => {
    const complaints: string[] = [];
    page.on('console', message => {
      if (message.type() === 'error' || /Content Security Policy/.test(message.text())) complaints.push(message.text());
    });
    page.on('pageerror', error => complaints.push(error.message));
    await page.goto(`${gateway.url}/graphql`);
    await page.locator('.graphiql-query-editor').getByText('hostile').first().waitFor();
    await page.getByRole('button', { name: /documentation explorer/i }).click();
    const explorer = page.locator('.graphiql-doc-explorer');
    await explorer.getByText('Query', { exact: true }).first().click();
    await explorer.getByText('hostile', { exact: true }).first().click();
    await explorer.getByText('onerror').first().waitFor();
    const found = await page.evaluate(() => {
      const { document } = globalThis as unknown as {
        document: { querySelectorAll(selector: string): { length: number } };
      };
      const made = 'img[src="x"], svg[onload], a[href^="javascript:"], .graphiql-doc-explorer script';
      return { hit: 'hit' in globalThis, made: document.querySelectorAll(made).length };
    });
    expect([found, complaints]).toEqual([{ hit: false, made: 0 }, []]);
  });
});
