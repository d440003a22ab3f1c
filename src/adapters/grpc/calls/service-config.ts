import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord } from '../../../base/json.ts';
import type { MethodConfig, ServiceConfig } from '../../../source/calling-options.ts';
import type { GrpcCall } from '../call.ts';

/** What is to be known of a method to configure it. */
export type ConfigurableCall = Pick<GrpcCall, 'path' | 'idempotent'>;

export const healthService = 'grpc.health.v1.Health';

/** The policy that asks each address for its health, over another one: `{ selvage_health: { childPolicy: [...] } }`. */
export const healthPolicy = 'selvage_health';

/**
 * The operator's service config as grpc-js takes it: JSON of grpc/grpc-proto: grpc/service_config/service_config.proto. Nothing but a call
 * that may be repeated is retried or hedged, whatever the names say.
 */
export function serviceConfigOf(
  { loadBalancingConfig = [], methodConfig = [], retryThrottling, healthCheckConfig }: ServiceConfig,
  calls: readonly ConfigurableCall[],
): string {
  const named = new Set(
    methodConfig.flatMap(({ name }) => name.map(({ service = '', method = '' }) => `${service}/${method}`)),
  );
  const configs = methodConfig.flatMap(config => {
    const timeout = config.timeout === undefined ? {} : { timeout: spanOf(config.timeout) };
    const repeated = repeatable(config, calls, named);
    const once = config.name.filter(
      ({ service, method }) => !repeated.some(each => each.service === service && each.method === method),
    );
    return [
      { name: once, ...timeout },
      { name: repeated, ...timeout, ...policyOf(config) },
    ].filter(({ name }) => name.length > 0);
  });
  const policies = loadBalancingConfig.map(balancing);
  return JSON.stringify({
    loadBalancingConfig: healthCheckConfig ? [{ [healthPolicy]: { childPolicy: policies } }] : policies,
    methodConfig: configs,
    ...(retryThrottling ? { retryThrottling } : {}),
  });
}

/** As grpc-js reads it: names as the .proto file has them, and times as numbers. */
function balancing(policy: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  const { outlier_detection: written } = policy;
  return written ? { outlier_detection: snaked(written) } : policy;
}

function snaked(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const entries = Object.entries(record).map(([name, value]) => {
    const isTime = typeof value === 'number' && times.has(name);
    const below = isRecord(value) ? snaked(value) : value;
    return [name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`), isTime ? spanOf(value) : below];
  });
  return Object.fromEntries(entries);
}

const times: ReadonlySet<string> = new Set(['interval', 'baseEjectionTime', 'maxEjectionTime']);

/** What is configured of methods that are not there, and what is not done since it would repeat what changes something. */
export function serviceConfigDiagnostics(
  { methodConfig = [] }: ServiceConfig,
  calls: readonly ConfigurableCall[],
  address: string,
): Diagnostic[] {
  const paths = new Map(calls.map(call => [call.path, call]));
  return methodConfig.flatMap(({ name, retryPolicy, hedgingPolicy }) =>
    name.flatMap(({ service, method }): Diagnostic[] => {
      if (service === undefined || service === healthService) return [];
      const at = [address, method === undefined ? service : `${service}/${method}`];
      const isKnown =
        method === undefined ? calls.some(({ path }) => isOf(path, service)) : paths.has(`/${service}/${method}`);
      if (!isKnown) {
        const message = 'The service config names what the source does not call.';
        return [{ severity: 'warning', code: 'CONFIG_INVALID_VALUE', message, at }];
      }
      if (method === undefined || !(retryPolicy ?? hedgingPolicy) || paths.get(`/${service}/${method}`)?.idempotent)
        return [];
      const message = 'The call is neither retried nor hedged: nothing says that it may be sent twice.';
      const hint =
        'Set "idempotency_level = IDEMPOTENT" or "NO_SIDE_EFFECTS" in the .proto file, or list it under "queries".';
      return [{ severity: 'warning', code: 'CONFIG_INVALID_VALUE', message, at, hint }];
    }),
  );
}

/** The calls that are to be repeated and may be: the most exact name that fits a call decides. */
function repeatable(
  { name, retryPolicy, hedgingPolicy }: MethodConfig,
  calls: readonly ConfigurableCall[],
  named: ReadonlySet<string>,
) {
  if (!(retryPolicy ?? hedgingPolicy)) return [];
  const ofThis = new Set(name.map(({ service = '', method = '' }) => `${service}/${method}`));
  const paths = new Set(calls.flatMap(({ path, idempotent }) => (idempotent ? [path] : [])));
  return [...paths].flatMap(path => {
    const [, service = '', method = ''] = path.split('/');
    const deciding = [`${service}/${method}`, `${service}/`, '/'].find(each => named.has(each));
    return deciding !== undefined && ofThis.has(deciding) ? [{ service, method }] : [];
  });
}

function isOf(path: string, service: string): boolean {
  return path.startsWith(`/${service}/`);
}

function policyOf({ retryPolicy, hedgingPolicy }: MethodConfig) {
  if (hedgingPolicy) return { hedgingPolicy: { ...hedgingPolicy, hedgingDelay: textOf(hedgingPolicy.hedgingDelay) } };
  if (!retryPolicy) return {};
  const { initialBackoff, maxBackoff } = retryPolicy;
  return { retryPolicy: { ...retryPolicy, initialBackoff: textOf(initialBackoff), maxBackoff: textOf(maxBackoff) } };
}

/** protobuf.dev/programming-guides/json: Duration. */
function textOf(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(3)}s`;
}

/** As two numbers, since grpc-js reads the fraction of a text as so many nanoseconds. */
function spanOf(milliseconds: number) {
  return { seconds: Math.floor(milliseconds / 1_000), nanos: (milliseconds % 1_000) * 1_000_000 };
}
