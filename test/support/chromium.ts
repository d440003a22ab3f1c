import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Absent, the tests that need it are skipped; with CI=true none is. */
export const hasChromium = existsSync(executablePath) || process.env['CI'] === 'true';
if (!hasChromium)
  console.warn(`SKIPPED: no Chromium at ${executablePath}; run "npm run setup:test-tools" or set CHROMIUM_PATH.`);

/** Milliseconds. Playwright's own are short on a machine that others use too. */
const timeout = 200_000;

/** A browser that asks nobody by itself, with an empty page. */
export async function openBrowser(): Promise<{ readonly browser: Browser; readonly page: Page }> {
  const browser = await chromium.launch({
    executablePath,
    timeout,
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
  const page = await browser.newPage();
  page.setDefaultTimeout(timeout);
  return { browser, page };
}
