import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterEach, describe, it } from 'vitest';
import { buildGraphiql } from '../../scripts/build-graphiql.ts';
import { until } from '../adapters/backends/traffic.ts';
import { type StreamingGateway, streamingGateway } from './streaming-gateway.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const skipped = !existsSync(executablePath) && process.env['CI'] !== 'true';
if (skipped)
  console.warn(`SKIPPED: no Chromium at ${executablePath}; run "npm run setup:test-tools" or set CHROMIUM_PATH.`);

describe.skipIf(skipped)('the explorer', () => {
  let world: StreamingGateway;
  let browser: Browser;
  afterEach(async () => {
    await browser?.close();
    await world?.close();
  });

  it('shows the events of a subscription as they come', async () => {
    await buildGraphiql();
    world = await streamingGateway({ graphiqlQuery: 'subscription { ticks { room } }' });
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    const page = await browser.newPage();
    await page.goto(`${world.url}/graphql`);
    await page.getByText('room', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: /execute/i }).click({ delay: 100 });
    const stream = await world.backend.stream();
    const answer = page.locator('.graphiql-response');
    stream.send({ id: 1, tags: [], room: 'attic' });
    await answer.getByText('attic').first().waitFor();
    stream.send({ id: 2, tags: [], room: 'cellar' });
    await answer.getByText('cellar').first().waitFor();
    await page.close();
    await until(() => stream.closed);
  });
});
