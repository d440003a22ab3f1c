import { readFile } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { startBilling } from '../src/demo/billing.ts';
import { startCatalogue } from '../src/demo/catalogue.ts';
import { packageFile } from '../src/demo/package-file.ts';
import { startReviews } from '../src/demo/reviews.ts';
import { startStock } from '../src/demo/stock.ts';
import { cpuMicrosOf, measuredCore, rssMbOf } from './measure.ts';
import { median, type Row } from './report.ts';
import { ask, freePort, ServerProcess } from './server-process.ts';
import type { Stage } from './stage.ts';
import { ownSystems, serveCommand } from './systems.ts';
import { workloads } from './workload.ts';

/** From the start of a process to its first right answer, by a gateway with the default configuration. */
export interface ColdStart {
  readonly name: string;
  readonly title: string;
}

export const coldStarts: readonly ColdStart[] = [
  { name: 'cold-rest', title: 'cold start of the gateway before REST, to the answer of Q1' },
  {
    name: 'cold-demo',
    title: 'cold start of the gateway before the four protocols of the demo, to the answer of its query',
  },
];

const starts = 9;

/** Milliseconds are told as p50 and p99 (the slowest), CPU is that of start and answer together. */
export async function playColdStart({ name }: ColdStart, stage: Stage, tell: (line: string) => void): Promise<Row> {
  const start = name === 'cold-rest' ? restStart(stage) : await demoStart();
  const all: Start[] = [];
  try {
    for (let index = 0; index < starts; index += 1) {
      const done = await start.once();
      all.push(done);
      tell(`${name}: ${Math.round(done.milliseconds)} ms, ${Math.round(done.rssMb)} MB`);
    }
  } finally {
    await start.close();
  }
  const milliseconds = all.map(each => each.milliseconds);
  return {
    workload: name,
    system: 'selvage-tick',
    lane: 'plan',
    rps: Number.NaN,
    p50: median(milliseconds),
    p99: Math.max(...milliseconds),
    cpuMicros: median(all.map(each => each.cpuMicros)),
    rssMb: median(all.map(each => each.rssMb)),
    rpsRatio: Number.NaN,
    cpuRatio: Number.NaN,
    callsPerRequest: start.calls,
    coalesced: false,
  };
}

interface Start {
  readonly milliseconds: number;
  readonly rssMb: number;
  readonly cpuMicros: number;
}

interface Starter {
  readonly calls: number;
  once(): Promise<Start>;
  close(): Promise<void>;
}

function restStart(stage: Stage): Starter {
  const system = ownSystems.find(({ name }) => name === 'selvage-tick')!;
  const q1 = workloads.find(({ name }) => name === 'q1')!;
  return {
    calls: q1.calls,
    async once() {
      const begin = performance.now();
      const playing = await stage.start(system, q1.set, { core: measuredCore });
      await playing.mustAnswer(q1, pause);
      const done = figures(begin, playing.pid);
      await playing.stop();
      return done;
    },
    async close() {},
  };
}

const pause = 4;

function figures(begin: number, pid: number): Start {
  return { milliseconds: performance.now() - begin, rssMb: rssMbOf(pid), cpuMicros: cpuMicrosOf(pid) };
}

/** The demo's backends are in our own process, which is on the other core. */
async function demoStart(): Promise<Starter> {
  const config = packageFile('schemas/selvage.demo.yaml');
  const query = await readFile(packageFile('schemas/queries/demo.graphql'), 'utf8');
  const quiet = () => undefined;
  const backends = {
    CATALOGUE_URL: await startCatalogue(quiet),
    STOCK_URL: await startStock(quiet),
    BILLING_URL: await startBilling(quiet),
    REVIEWS_URL: await startReviews(quiet),
  };
  const env = Object.fromEntries(Object.entries(backends).map(([name, { endpoint }]) => [name, endpoint]));

  const answerOf = async (lane: 'plan' | 'reference') => {
    const port = await freePort();
    const begin = performance.now();
    const command = [...serveCommand(config, lane), '--port', String(port)];
    const server = new ServerProcess(command, measuredCore, env);
    const answer = await ask(`http://127.0.0.1:${port}/graphql`, query, server, { pause });
    const done = figures(begin, server.pid);
    await server.stop();
    return { answer: answer as { data?: unknown; errors?: unknown }, done };
  };

  const { answer: expected } = await answerOf('reference');
  if (!expected.data || expected.errors) throw new Error(`The demo answers ${JSON.stringify(expected).slice(0, 500)}`);
  return {
    calls: 5, // one for each hop, as the demo prints
    async once() {
      const { answer, done } = await answerOf('plan');
      if (!isDeepStrictEqual(answer, expected))
        throw new Error('The demo answers otherwise than by the reference lane.');
      return done;
    },
    async close() {
      await Promise.all(Object.values(backends).map(backend => backend.close()));
    },
  };
}
