import { fileURLToPath } from 'node:url';
import { callersHeaders } from './identity.ts';
import type { Place } from './place.ts';
import { type Settings, writeGateway } from './selvage.ts';
import type { Workload } from './workload.ts';

/** One that is measured. */
export interface System {
  readonly name: string;
  readonly lane: string | null;
  /** Its command line. */
  command(place: Place): Promise<readonly string[]>;
  /** What a request to it carries beside its content type. Default: nothing. */
  headers?(): Promise<Readonly<Record<string, string>>>;
  /** Why it does not answer a workload, if it does not. */
  without(workload: Workload): string | undefined;
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const without = (name: string) => (workload: Workload) => workload.without[name];

const server = (name: string): System => ({
  name,
  lane: null,
  async command({ folder: _, ...place }) {
    return [process.execPath, '--import', 'tsx', path(`servers/${name}.ts`), JSON.stringify(place)];
  },
  without: without(name),
});

/** `selvage serve`, as it is built. */
export const serveCommand = (config: string, lane: 'plan' | 'reference', flags: readonly string[] = []) => [
  process.execPath,
  ...flags,
  path('../bin/selvage.js'),
  'serve',
  '--config',
  config,
  ...(lane === 'plan' ? [] : ['--lane', lane]),
];

const gateway = (
  name: string,
  settings: Settings,
  lane: 'plan' | 'reference',
  flags: readonly string[] = [],
): System => ({
  name,
  lane,
  async command(place) {
    return serveCommand(await writeGateway(place, settings), lane, flags);
  },
  without: without(name),
});

/** What is installed with the project. */
export const ownSystems: readonly System[] = [
  server('hand-written'),
  {
    ...server('bare-library'),
    without: ({ base }) => (base === 'bare-library' ? undefined : 'it makes single hops only'),
  },
  server('yoga'),
  server('stitch'),
  gateway('selvage', { flight: 'off' }, 'plan'),
  gateway('selvage-no-recall', { flight: 'off', recall: false }, 'plan'),
  {
    ...gateway('selvage-secured', { flight: 'off', secured: true }, 'plan'),
    headers: callersHeaders,
    without: ({ name }) => (name === 'q1' ? undefined : 'what its gates cost is told by Q1'),
  },
  {
    ...gateway('selvage-admitting', { flight: 'off', inFlight: 8 }, 'plan'),
    without: () => 'it is measured under overload alone',
  },
  gateway('selvage-tick', { flight: 'tick' }, 'plan'),
  gateway('selvage-inflight', { flight: 'inflight' }, 'plan'),
  gateway('selvage-closures', { flight: 'off' }, 'plan', ['--disallow-code-generation-from-strings']),
  gateway('selvage-reference', { flight: 'off' }, 'reference'),
];
