import type { Browser, Page } from 'playwright-core';
import { afterEach, describe, it } from 'vitest';
import { buildGraphiql } from '../../scripts/build-graphiql.ts';
import { until } from '../adapters/backends/traffic.ts';
import { hasChromium, openBrowser } from '../support/chromium.ts';
import { type StreamingGateway, streamingGateway } from './streaming-gateway.ts';

describe.skipIf(!hasChromium)('the explorer', () => {
  let world: StreamingGateway;
  let browser: Browser;
  let page: Page;
  afterEach(async () => {
    await browser?.close();
    await world?.close();
  });

  it('shows the events of a subscription as they come', async () => {
    await buildGraphiql();
    world = await streamingGateway({ graphiqlQuery: 'subscription { ticks { room } }' });
    ({ browser, page } = await openBrowser());
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
