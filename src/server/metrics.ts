import { type Counted, type Counters, firstLabels } from '../edge/counters.ts';
import { type Durations, durationBounds } from '../edge/durations.ts';

/** What a scrape gets. */
export interface Exposition {
  readonly contentType: string;
  readonly text: string;
}

const counts: {
  readonly [K in keyof Counted]: { readonly name: string; readonly label: string; readonly help: string };
} = {
  operations: {
    name: 'selvage_operations_total',
    label: 'lane',
    help: 'Operations that were executed, by lane.',
  },
  fallbacks: {
    name: 'selvage_plan_fallbacks_total',
    label: 'reason',
    help: 'Operations that were not planned and ran in the reference lane, by reason.',
  },
  coalesced: {
    name: 'selvage_coalesced_total',
    label: 'mode',
    help: 'Operations that shared the execution of an identical one, by mode.',
  },
  rejected: {
    name: 'selvage_rejected_total',
    label: 'reason',
    help: 'Requests that were answered with nothing but an error, by its code.',
  },
  limitRefusals: {
    name: 'selvage_limit_refusals_total',
    label: 'limit',
    help: 'Requests that a limit refused, by the limit.',
  },
  limitWarnings: {
    name: 'selvage_limit_warnings_total',
    label: 'limit',
    help: 'Requests that were beyond a limit that only warns, by the limit.',
  },
  subscriptions: {
    name: 'selvage_subscriptions_total',
    label: 'state',
    help: 'Subscriptions that were opened, and those that have ended, by what ended them.',
  },
  subscriptionEvents: {
    name: 'selvage_subscription_events_total',
    label: 'answer',
    help: 'Events of subscriptions that were answered, without errors (whole) or with some.',
  },
  storeErrors: {
    name: 'selvage_rate_limit_store_errors_total',
    label: 'kind',
    help: 'Requests for which the store of rate limits could not be asked, by how.',
  },
  unexpected: {
    name: 'selvage_answers_unexpected_total',
    label: 'source',
    help: 'Parts of answers that the document of their source does not declare, by source.',
  },
};

/**
 * What was counted, in Prometheus' text format, with the usual figures of a Node.js process. prom-client is imported by the first scrape
 * and never sees a request: it is told the counts when it is asked.
 */
export function metricsOf(counters: Counters): () => Promise<Exposition> {
  let ready: Promise<() => Promise<Exposition>> | undefined;
  return async () => {
    ready ??= exposing(counters);
    return (await ready)();
  };
}

async function exposing(counters: Counters): Promise<() => Promise<Exposition>> {
  const { collectDefaultMetrics, Counter, Registry } = await import('prom-client');
  const register = new Registry();
  for (const [what, { name, label, help }] of Object.entries(counts)) {
    const counted = what as keyof Counted; // the keys of `counts`
    new Counter({
      name,
      help,
      labelNames: [label],
      registers: [register],
      collect() {
        this.reset();
        for (const known of firstLabels[counted]) this.inc({ [label]: known }, 0);
        for (const [value, count] of counters.of(counted)) this.inc({ [label]: value }, count);
      },
    });
  }
  collectDefaultMetrics({ register });
  return async () => ({
    contentType: register.contentType,
    text: `${await register.metrics()}\n${durationsText(counters.durations)}`,
  });
}

/** prom-client's histogram takes single observations only, not what was counted already. */
function durationsText(durations: Counters['durations']): string {
  const name = 'selvage_operation_duration_seconds';
  const help = 'How long executed operations took, from the first gate to the last, by lane.';
  const series = Object.entries(durations).flatMap(([lane, counted]) => seriesOf(name, lane, counted));
  return `# HELP ${name} ${help}\n# TYPE ${name} histogram\n${series.join('')}`;
}

function seriesOf(name: string, lane: string, { buckets, total }: Durations): readonly string[] {
  let count = 0;
  const lines = buckets.map((own, index) => {
    const bound = durationBounds[index];
    count += own;
    return `${name}_bucket{le="${bound === undefined ? '+Inf' : bound / 1_000}",lane="${lane}"} ${count}\n`;
  });
  return [...lines, `${name}_sum{lane="${lane}"} ${total / 1_000}\n`, `${name}_count{lane="${lane}"} ${count}\n`];
}
