import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { watch } from '../../src/gateway/watch.ts';
import { until } from '../adapters/backends/traffic.ts';

it('tells of files that are saved one after another once, when there is quiet', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'selvage-watch-'));
  const names = ['a', 'b', 'c'];
  const paths = names.map(name => join(folder, `${name}.txt`));
  let told = 0;
  const watching = await watch(
    { paths, globs: [] },
    {
      changed: () => {
        told += 1;
      },
      failed: () => undefined,
      delay: 10_000,
    },
  );
  for (const path of paths) {
    await writeFile(`${path}.tmp`, 'saved');
    await rename(`${path}.tmp`, path);
  }
  await until(() => told > 0);
  expect(told).toBe(1);
  await watching.close();
  await rm(folder, { recursive: true });
});
