import * as z from 'zod';
import { defaultCostOptions } from '../edge/cost/cost-options.ts';
import { defaultSingleFlight } from '../edge/single-flight.ts';
import { defaultSourceOptions } from '../source/source.ts';
import { credentialShape, schemeCredentialShape, staticCredentialShape } from './credential/credential-shape.ts';
import { edgeShape } from './edge/edge-shape.ts';
import { admissionShape } from './gateway/admission-shape.ts';
import { httpShape } from './gateway/http-shape.ts';
import { limitsShape } from './gateway/limits-shape.ts';
import { listenerTlsShape } from './gateway/listener-tls.ts';
import { headerName, headerSource, lowerHeaderNames } from './header-leaves.ts';
import { boolean, duration, integer, map, mapOf, oneOf, pattern, size, textLeaf } from './leaves.ts';
import { answersShape } from './source/answers-shape.ts';
import { callingShape } from './source/calling-shape.ts';
import { grpcSchemaShape } from './source/grpc-schema-shape.ts';
import { schemaShape } from './source/schema-shape.ts';
import { soapShape } from './source/soap-shape.ts';
import { webhooksShape } from './source/webhooks-shape.ts';

z.config({ jitless: true }); // no code is generated from a configuration

const text = pattern('a text that is not empty', /\S/);
const texts = z.array(text, 'a list of texts');
const count = (max: number) => integer(`a whole number from 1 to ${max}`, 1, max);
const host = pattern(
  'a host, such as schemas.example.com or 10.0.0.7:8080',
  /^(\[[0-9a-fA-F:.]+\]|[\w.-]+)(:\d{1,5})?$/,
);

const origin = textLeaf('an origin, such as https://upload.example.com', written => {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  return url && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href ? url.origin : undefined;
});

/** YAML reads `port: 8443` as a number. */
const serverVariable = z
  .union([textLeaf('a text', written => written), integer('a whole number', 0, Number.MAX_SAFE_INTEGER)])
  .transform(String);

const tls = map({
  ca: text.exactOptional(),
  cert: text.exactOptional(),
  key: text.exactOptional(),
  serverName: text.exactOptional(),
});

const prefix = pattern(
  'the beginning of GraphQL names: letters, digits and _, no digit and no __ first',
  /^(?!__)([_A-Za-z][_0-9A-Za-z]*)?$/,
);

const all = defaultSourceOptions;

/** The admin listener asks nobody who he is yet: only who is on the machine may reach it. */
const loopback = pattern(
  'of this machine alone (127.0.0.1, ::1 or localhost), since the admin listener has no sign-in yet',
  /^(localhost|127(\.\d{1,3}){3}|::1)$/,
);
const port = integer('a port from 0 to 65535 (0: any that is free)', 0, 65_535);

/** One source as it is written. What its parts mean together is `source-rules.ts`'s. */
export const sourceShape = map({
  protocol: text.exactOptional(),
  document: text.exactOptional(),
  endpoint: text.exactOptional(),
  prefix: prefix.default(all.prefix),
  operations: map({
    include: texts.default([...all.operations.include]),
    exclude: texts.default([...all.operations.exclude]),
  }).prefault({}),
  queries: texts.default([...all.queries]),
  mutations: texts.default([...all.mutations]),
  namespace: oneOf(['NONE', 'TAG']).default(all.namespace),
  bodies: z
    .array(
      pattern('a media type, such as multipart/form-data', /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+$/),
      'a list of media types',
    )
    .default([...all.bodies]),
  headers: mapOf(headerName, headerSource).prefault({}),
  forward: lowerHeaderNames.default([...all.forward]),
  webhooks: webhooksShape.exactOptional(),
  credential: credentialShape.exactOptional(),
  credentials: mapOf(text, schemeCredentialShape).prefault({}),
  documentCredential: staticCredentialShape.exactOptional(),
  trustedOrigins: z.array(origin, 'a list of origins').default([...all.trustedOrigins]),
  server: z.union([integer('a number from 0', 0, 9_999), text]).exactOptional(),
  serverVariables: mapOf(text, serverVariable).prefault({}),
  tls: z.union([boolean, tls]).exactOptional(),
  root: text.exactOptional(),
  include: texts.default([...all.include]),
  ...soapShape,
  reflection: boolean.default(all.reflection),
  ignoreDirectives: z
    .array(pattern('the name of a directive, without @', /^[_A-Za-z][_0-9A-Za-z]*$/), 'a list of directive names')
    .default([...all.ignoreDirectives]),
  ...answersShape,
  ...schemaShape,
  ...callingShape,
  ...grpcSchemaShape,
  timeout: duration.default(all.timeout),
  maxResponse: size.default(all.maxResponse),
  concurrency: count(10_000).default(all.concurrency),
});

export type WrittenSource = z.output<typeof sourceShape>;

/** The whole file; its sources are read one by one. */
export const fileShape = map({
  gateway: map({
    port: port.default(4000),
    host: text.default('127.0.0.1'),
    admin: map({ port, host: loopback.default('127.0.0.1') }).exactOptional(),
    tls: listenerTlsShape.exactOptional(),
    overlay: z.union([text, texts]).default('schemas/overlay/*.graphql'),
    limits: limitsShape,
    introspection: oneOf(['on', 'off']).default('on'),
    cost: map({
      assumedListSize: count(1_000_000).default(defaultCostOptions.assumedListSize),
      report: boolean.default(defaultCostOptions.report),
    }).prefault({}),
    ...httpShape,
    deadline: duration.default(10_000),
    admission: admissionShape.prefault({}),
    recall: boolean.default(true),
    singleFlight: map({
      mode: oneOf(['tick', 'off']).default(defaultSingleFlight.mode),
      inflight: map({
        operations: texts.default([...defaultSingleFlight.inflight.operations]),
        sources: texts.default([...defaultSingleFlight.inflight.sources]),
      }).prefault({}),
    }).prefault({}),
  }).prefault({}),
  ...edgeShape,
  policies: z.unknown().optional(),
  sources: z.unknown().optional(),
  allowHosts: z.array(host, 'a list of hosts').default([]),
  log: map({
    level: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  }).prefault({}),
});
