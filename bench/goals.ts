import type { OverloadRow } from './overload.ts';
import { medianRatio, type Row } from './report.ts';
import type { Series } from './rounds.ts';

/** What the gateway is to reach, and what it did. */
export interface Goal {
  readonly what: string;
  readonly system: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** None where it was not measured. */
  readonly figure: number | undefined;
}

type Field = 'rps' | 'cpuMicros';

/**
 * The goals, each with the figure of this run. Those to hand-written code are told twice: of executions that are never shared, and of the
 * default configuration, in which queries that arrive in the same tick share one.
 */
export function goalsOf(series: readonly Series[], rows: readonly Row[]): readonly Goal[] {
  const roundsOf = (workload: string, system: string) =>
    series.find(each => each.workload.name === workload && each.system.name === system)?.rounds ?? [];
  const row = (workload: string, system: string) =>
    rows.find(each => each.workload === workload && each.system === system);
  const ratio = (field: Field, [workload, system]: Pair, [otherWorkload, otherSystem]: Pair) => {
    const figure = medianRatio(roundsOf(workload, system), roundsOf(otherWorkload, otherSystem), field);
    return Number.isNaN(figure) ? undefined : figure;
  };

  const cpu = (workload: string, atMost: number) =>
    ['selvage', 'selvage-tick'].map(system => ({
      what: `${workload.toUpperCase()}: CPU, x hand-written`,
      system,
      atMost,
      figure: ratio('cpuMicros', [workload, system], [workload, 'hand-written']),
    }));
  const faster = (workload: string, system: string, other: string, atLeast: number) => ({
    what: `${workload.toUpperCase()}: throughput, x ${other}`,
    system,
    atLeast,
    figure: ratio('rps', [workload, system], [workload, other]),
  });
  const hop = (workload: string) => ({
    what: `${workload.toUpperCase()} hop: CPU, x the bare client library`,
    system: 'selvage',
    atMost: 1.2,
    figure: ratio('cpuMicros', [workload, 'selvage'], [workload, 'bare-library']),
  });
  // The whole of a gateway around the hop, against a server by hand; the hop alone is told by `npm run bench:soap`. Without recall: an
  // answer that is known would not be read at all.
  const soapHop = {
    what: 'SOAP: CPU, x node:http, undici and saxes by hand',
    system: 'selvage-no-recall',
    atMost: 1.2,
    figure: ratio('cpuMicros', ['soap', 'selvage-no-recall'], ['soap', 'hand-written']),
  };
  const soapClient = {
    what: 'SOAP: CPU of node:http and the client of `soap`, x ours',
    system: 'selvage-no-recall',
    atLeast: 4,
    figure: ratio('cpuMicros', ['soap', 'bare-library'], ['soap', 'selvage-no-recall']),
  };
  const twice = {
    what: 'SOAP: CPU of 200 items, x of 100',
    system: 'selvage-no-recall',
    atMost: 2.6,
    figure: ratio('cpuMicros', ['soap-200', 'selvage-no-recall'], ['soap', 'selvage-no-recall']),
  };
  const secured = {
    what: 'Q1 with JWT, scopes and a rate limit: throughput, x Q1 without',
    system: 'selvage-secured',
    atLeast: 0.85,
    figure: ratio('rps', ['q1', 'selvage-secured'], ['q1', 'selvage']),
  };
  const failing = (system: string) => ({
    what: 'F1: CPU, x Q1 of the same system',
    system,
    atMost: 2,
    figure: ratio('cpuMicros', ['f1', system], ['q1', system]),
  });
  const cold = (workload: string, title: string, milliseconds: number, megabytes: number) => [
    {
      what: `${title}: ms to the first answer`,
      system: 'selvage-tick',
      atMost: milliseconds,
      figure: row(workload, 'selvage-tick')?.p50,
    },
    {
      what: `${title}: RSS MB then`,
      system: 'selvage-tick',
      atMost: megabytes,
      figure: row(workload, 'selvage-tick')?.rssMb,
    },
  ];

  return [
    ...cpu('q1', 1),
    ...cpu('q2', 1),
    ...cpu('q3', 1.15),
    ...cpu('w2', 1.1),
    ...cpu('w3', 1.3),
    faster('q1', 'selvage-inflight', 'hand-written', 8),
    faster('q2', 'selvage-inflight', 'hand-written', 8),
    faster('q1', 'selvage-inflight', 'tailcall-dedupe', 1),
    faster('q2', 'selvage-inflight', 'tailcall-dedupe', 1),
    faster('q1', 'selvage', 'hive', 20),
    faster('q1', 'selvage-tick', 'hive', 20),
    secured,
    failing('selvage'),
    failing('selvage-tick'),
    hop('soap'),
    soapHop,
    soapClient,
    twice,
    hop('grpc'),
    ...cold('cold-rest', 'Cold start, REST only', 600, 90),
    ...cold('cold-demo', 'Cold start, four protocols', 900, 130),
    { what: 'Q1: RSS MB under load', system: 'selvage-tick', atMost: 150, figure: row('q1', 'selvage-tick')?.rssMb },
  ];
}

/** What holds under ten times the rate that can be served. */
export function overloadGoals(rows: readonly OverloadRow[]): readonly Goal[] {
  const [row] = rows;
  const ratio = row && row.p99 / row.p99Unloaded;
  return [
    {
      what: 'Overload: goodput, x what can be served',
      system: 'selvage-admitting',
      atLeast: 0.8,
      figure: row?.goodput,
    },
    {
      what: 'Overload: p99 of what is taken, x at half the rate',
      system: 'selvage-admitting',
      atMost: 2,
      figure: ratio,
    },
  ];
}

type Pair = readonly [workload: string, system: string];

export function goalTable(goals: readonly Goal[]): string {
  const lines = goals.map(({ what, system, atMost, atLeast, figure }) => {
    const goal = atMost === undefined ? `≥ ${atLeast}` : `≤ ${atMost}`;
    const isMet = figure !== undefined && figure <= (atMost ?? figure) && figure >= (atLeast ?? figure);
    const told = figure === undefined ? ['–', 'not measured'] : [shown(figure), isMet ? 'met' : '**missed**'];
    return `| ${[what, system, goal, ...told].join(' | ')} |`;
  });
  return ['| what | system | goal | figure | |', '|---|---|---|---|---|', ...lines].join('\n');
}

const shown = (figure: number) => (figure >= 50 ? String(Math.round(figure)) : figure.toFixed(2));

/** What no ratio tells: the price of a new document, and grpc-js's part of W3. */
export function remarksOf(rows: readonly Row[]): readonly string[] {
  const cpu = (workload: string, system: string) =>
    rows.find(row => row.workload === workload && row.system === system)?.cpuMicros;
  const difference = (one: number | undefined, other: number | undefined) =>
    one === undefined || other === undefined ? undefined : Math.round(one - other);
  const newDocument = ['selvage', 'selvage-closures', 'selvage-reference', 'yoga', 'stitch'].flatMap(system => {
    const price = difference(cpu('s1-new', system), cpu('s1', system));
    return price === undefined ? [] : [`${system} ${price} µs`];
  });
  const grpcHop = difference(cpu('grpc', 'bare-library'), cpu('q3', 'hand-written'));
  const w3 = cpu('w3', 'hand-written');
  return [
    ...(newDocument.length > 0
      ? [`What a new document costs over a known one, in CPU (S1-NEW less S1): ${newDocument.join(', ')}.`]
      : []),
    ...(grpcHop !== undefined && w3 !== undefined
      ? [
          `Of hand-written W3's ${Math.round(w3)} µs, the call by grpc-js and proto-loader alone is about ${grpcHop} µs (bare GRPC less hand-written Q3).`,
        ]
      : []),
  ];
}
