import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest';
import type { Adapter } from '../../src/adapter/adapter.ts';
import { adapters } from '../../src/adapters/index.ts';
import type { Backend } from './backends/backend.ts';
import { startBackend } from './backends/start-backend.ts';
import { checks } from './contract.ts';

describe.each(Object.keys(startBackend))('the adapter contract: %s', protocol => {
  let backend: Backend;
  let adapter: Adapter;

  beforeAll(async () => {
    backend = await startBackend[protocol]!();
    adapter = await adapters[protocol]!();
  });
  afterAll(() => backend.close());
  beforeEach(() => backend.traffic.reset());

  it.for(checks)('$name', async (check, { skip }) => {
    const reason = backend.skips[check.name];
    skip(reason !== undefined, reason);
    await check.run(backend, adapter);
  });
});
