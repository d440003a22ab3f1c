import * as z from 'zod';
import { statusNames } from '../../adapters/grpc/status/status.ts';
import { type CallingOptions, defaultCallingOptions } from '../../source/calling-options.ts';
import { boolean, duration, durationUpTo, integer, map, oneOf, pattern, textLeaf } from '../leaves.ts';

const count = (max: number) => integer(`a whole number from 1 to ${max}`, 1, max);
const fieldGlob = pattern('the name of a field, in which * stands for any characters', /^[_0-9A-Za-z*]+$/);
const { collect, streamsPerConnection } = defaultCallingOptions;

const status = textLeaf('the name of a gRPC status, such as UNAVAILABLE', text =>
  statusNames.find(name => name === text.toUpperCase() && name !== 'OK'),
);
const statuses = z.array(status, 'a list of status names');

/** grpc-js makes five at most. */
const attempts = integer('a whole number from 2 to 5', 2, 5);

const positive = (max: number) =>
  z.unknown().transform((value, context): number => {
    if (typeof value === 'number' && value > 0 && value <= max) return value;
    context.issues.push({ code: 'custom', message: `a number greater than 0, at most ${max}`, input: value });
    return z.NEVER;
  });

const methodName = map({
  service: pattern('the full name of a service, such as shop.v1.Stock', /^[A-Za-z_][\w.]*$/).exactOptional(),
  method: pattern('the name of a method', /^[A-Za-z_]\w*$/).exactOptional(),
}).refine(({ service, method }) => service !== undefined || method === undefined, 'a method with its service');

const methodConfig = map({
  name: z.array(methodName, 'a list of names').min(1, 'a list of one name at least'),
  timeout: duration.exactOptional(),
  retryPolicy: map({
    maxAttempts: attempts,
    initialBackoff: duration,
    maxBackoff: duration,
    backoffMultiplier: positive(1_000),
    retryableStatusCodes: statuses.min(1, 'a list of one status at least'),
  }).exactOptional(),
  hedgingPolicy: map({
    maxAttempts: attempts,
    hedgingDelay: durationUpTo('24h').default(0),
    nonFatalStatusCodes: statuses.default([]),
  }).exactOptional(),
}).refine(
  ({ retryPolicy, hedgingPolicy }) => !retryPolicy || !hedgingPolicy,
  'with one of retryPolicy and hedgingPolicy',
);

const percentage = integer('a whole number from 0 to 100', 0, 100).exactOptional();
const onePolicy = (policy: object) => Object.keys(policy).length === 1;

const ejection = {
  enforcementPercentage: percentage,
  minimumHosts: count(100_000).exactOptional(),
  requestVolume: count(1_000_000).exactOptional(),
};

/** gRPC proposal A50. */
const outlierDetection = map({
  interval: duration.exactOptional(),
  baseEjectionTime: duration.exactOptional(),
  maxEjectionTime: duration.exactOptional(),
  maxEjectionPercent: percentage,
  successRateEjection: map({ stdevFactor: count(1_000_000).exactOptional(), ...ejection }).exactOptional(),
  failurePercentageEjection: map({ threshold: percentage, ...ejection }).exactOptional(),
  childPolicy: z
    .array(
      map({ round_robin: map({}) }).refine(onePolicy, 'a map of one policy'),
      'a list of policies, such as [{ round_robin: {} }]: of pick_first nothing is to be ejected',
    )
    .min(1, 'a list of one policy at least'),
});

const serviceConfig = map({
  loadBalancingConfig: z
    .array(
      map({
        pick_first: map({ shuffleAddressList: boolean.exactOptional() }).exactOptional(),
        round_robin: map({}).exactOptional(),
        outlier_detection: outlierDetection.exactOptional(),
      }).refine(onePolicy, 'a map of one policy, such as { round_robin: {} }'),
      'a list of policies',
    )
    .exactOptional(),
  methodConfig: z
    .array(methodConfig, 'a list of method configurations')
    .refine(hasNoNameTwice, 'a list in which no name stands twice')
    .exactOptional(),
  retryThrottling: map({ maxTokens: positive(1_000), tokenRatio: positive(1_000) }).exactOptional(),
  healthCheckConfig: map({
    serviceName: textLeaf('the name of a service, or ""', text => (/^[\w.-]*$/.test(text) ? text : undefined)).default(
      '',
    ),
  }).exactOptional(),
});

const chosen = map({
  operations: z.array(fieldGlob, 'a list of field names').default(['*']),
  max: count(1_000_000).default(collect.max),
});

/** How a gRPC source's methods are called: keys of the source itself. */
export const callingShape = {
  compression: oneOf(['gzip', 'deflate']).exactOptional(),
  keepalive: duration.exactOptional(),
  streamsPerConnection: count(100_000).default(streamsPerConnection),
  serviceConfig: serviceConfig.exactOptional(),
  collect: z
    .union([boolean, chosen])
    .transform((written): CallingOptions['collect'] =>
      typeof written === 'boolean' ? { ...collect, operations: written ? ['*'] : [] } : written,
    )
    .default(collect),
};

function hasNoNameTwice(configs: readonly z.output<typeof methodConfig>[]): boolean {
  const names = configs.flatMap(({ name }) => name.map(({ service = '', method = '' }) => `${service}/${method}`));
  return new Set(names).size === names.length;
}
