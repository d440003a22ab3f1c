import { beforeAll, describe, expect, it } from 'vitest';
import { build } from '../../bench/build.ts';
import { missingPackages, Stage } from '../../bench/stage.ts';
import { ownSystems } from '../../bench/systems.ts';
import { type DataSet, workloads } from '../../bench/workload.ts';

/** `npm run setup:test-tools` installs it where it can. */
const missing = missingPackages({ nginx: 'nginx-light' });

const sets: readonly DataSet[] = ['rest', 'slow', 'chain', 'failing', 'wide'];
const plays = sets.flatMap(set =>
  ownSystems.flatMap(system => {
    const own = workloads.filter(workload => workload.set === set && system.without(workload) === undefined);
    return own.length === 0
      ? []
      : [[system.name, own.map(({ name }) => name).join(', '), { system, set, own }] as const];
  }),
);

/** The bench without its measuring: all that is compared there answers alike, by as many calls as the workload says. */
describe.skipIf(missing.length > 0)('the bench', () => {
  beforeAll(build);
  it.concurrent.each(plays)('%s answers %s as expected', async (_name, _workloads, { system, set, own }) => {
    const stage = await Stage.open();
    try {
      const playing = await stage.start(system, set, { fillers: 20 });
      try {
        for (const workload of own) {
          await playing.mustAnswer(workload); // what is asked of backends once only has been asked then
          const before = await stage.calls();
          await playing.mustAnswer(workload);
          expect([workload.name, (await stage.calls()) - before]).toEqual([workload.name, workload.calls]);
        }
      } finally {
        await playing.stop();
      }
    } finally {
      await stage.close();
    }
  });
});
