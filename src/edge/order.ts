import type { Logger } from 'pino';
import type { Admission } from './admission/admission.ts';
import type { CostOptions } from './cost/cost-options.ts';
import type { Counters } from './counters.ts';
import type { EdgeOptions } from './edge-options.ts';
import { accessLog } from './gates/access-log.ts';
import { addressLimit } from './gates/address-limit.ts';
import { admission } from './gates/admission.ts';
import { authenticate } from './gates/authenticate.ts';
import { authorize } from './gates/authorize.ts';
import { deadline } from './gates/deadline.ts';
import { directResponses } from './gates/direct-responses.ts';
import { documentLimits } from './gates/document-limits.ts';
import { openSubscriptions } from './gates/open-subscriptions.ts';
import { operationCost } from './gates/operation-cost.ts';
import { operationKind } from './gates/operation-kind.ts';
import { operationLimits } from './gates/operation-limits.ts';
import { operationResponses } from './gates/operation-responses.ts';
import { ownResponses } from './gates/own-responses.ts';
import { rateLimit } from './gates/rate-limit.ts';
import { shapeErrors } from './gates/shape-errors.ts';
import { trace } from './gates/trace.ts';
import { trustedDocuments } from './gates/trusted-documents.ts';
import { validation } from './gates/validation.ts';
import { variableLimits } from './gates/variable-limits.ts';
import { visibility } from './gates/visibility.ts';
import type { Gate, KnownRequest } from './handler.ts';
import { openAuthenticators } from './identity/open-authenticators.ts';
import type { LimitReport } from './limits/limit-report.ts';
import type { Limits } from './limits/limits.ts';
import type { Limiter } from './rate-limits/limiter.ts';
import type { OpenSubscriptions } from './subscriptions/open-subscriptions.ts';
import type { StillMay } from './subscriptions/still-may.ts';
import type { Traces } from './trace/traces.ts';

/** What gates are made of. */
export interface GateTools {
  readonly limits: Limits;
  readonly cost: CostOptions;
  /** Where every excess of a limit is told. */
  readonly report: LimitReport;
  /** Milliseconds. */
  readonly deadline: number;
  readonly log: Logger;
  readonly counters: Counters;
  readonly edge: EdgeOptions;
  /** Of all rate limits: one store, one connection. */
  readonly limiter: Limiter;
  readonly traces: Traces;
  readonly subscriptions: OpenSubscriptions;
  readonly stillMay: StillMay;
  readonly admission: Admission;
  /** What a gate holds open (a connection, a timer) is ended when the core is: gates say here how. */
  whenClosed(end: () => void | Promise<void>): void;
}

/** A gate's place in the order, and why it stands there. Gates of `request` come before the document is known, of `operation` after. */
type Place =
  | { readonly phase: 'request'; readonly name: string; readonly because: string; gate(tools: GateTools): Gate }
  | {
      readonly phase: 'operation';
      readonly name: string;
      readonly because: string;
      gate(tools: GateTools): Gate<KnownRequest>;
    };

/**
 * THE order, from the outside in. Before it a door has given the request its correlation id and bounded its body; between the phases
 * the document is parsed and measured (`know`); after it the operation is executed.
 */
export const order: readonly Place[] = [
  {
    phase: 'request',
    name: 'trace',
    because: 'where traces are kept, they tell of every gate from the first one on',
    gate: ({ edge, traces }) => trace(edge.trace, traces),
  },
  {
    phase: 'request',
    name: 'access-log',
    because: 'every answer has its line and is counted, refusals too',
    gate: ({ log, counters }) => accessLog(log, counters),
  },
  {
    phase: 'request',
    name: 'own-responses',
    because: 'every refusal of the gates below gets the words that the configuration has for its code',
    gate: ({ edge }) => ownResponses(edge.responses),
  },
  {
    phase: 'request',
    name: 'shape-errors',
    because:
      'whatever any gate below says or throws leaves in the terms of the closed list; the line above tells the codes as sent',
    gate: ({ log }) => shapeErrors(log),
  },
  {
    phase: 'request',
    name: 'admission',
    because: 'what cannot be done in time is refused before anything is spent on it',
    gate: tools => admission(tools.admission),
  },
  {
    phase: 'request',
    name: 'direct-responses',
    because: 'who is turned away by path, header or address costs no more than that',
    gate: ({ edge }) => directResponses(edge.responses.direct),
  },
  {
    phase: 'request',
    name: 'deadline',
    because: 'all work below counts against the time, and is told to stop when it is up',
    gate: tools => deadline(tools.deadline),
  },
  {
    phase: 'request',
    name: 'address-limit',
    because: 'one address is bounded before anything dear is done for it: parsing, and finding out who asks',
    gate: ({ limiter, edge }) => addressLimit(limiter, edge.rateLimits.perAddress),
  },
  {
    phase: 'request',
    name: 'authenticate',
    because:
      'whoever shows a wrong credential is refused before anything of the document is looked at; all below know who asks',
    gate: ({ edge: { identity }, log, whenClosed }) =>
      authenticate(openAuthenticators(identity, { log, whenClosed }), { unavailable: identity.unavailable, log }),
  },
  {
    phase: 'request',
    name: 'trusted-documents',
    because: 'a document that is known by its id has the limits of any other; the client that it belongs to is known',
    gate: ({ edge }) => trustedDocuments(edge.trustedDocuments),
  },
  {
    phase: 'request',
    name: 'document-limits',
    because: 'bytes and nesting are bounded before the parser recurses',
    gate: ({ limits, report }) => documentLimits(limits, report),
  },
  {
    phase: 'request',
    name: 'variable-limits',
    because: 'variables are bounded before anything walks them',
    gate: ({ limits, report }) => variableLimits(limits, report),
  },
  {
    phase: 'operation',
    name: 'operation-limits',
    because: 'depth and fields are bounded before validation, which expands fragments and compares fields in pairs',
    gate: ({ report }) => operationLimits(report),
  },
  {
    phase: 'operation',
    name: 'visibility',
    because: 'validation tells of the schema, so it is decided before it how much of the schema this caller is told',
    gate: tools => visibility(tools.edge.authorization, tools),
  },
  {
    phase: 'operation',
    name: 'validation',
    because: 'only a valid document has an operation that means something',
    gate: ({ report }) => validation(report),
  },
  {
    phase: 'operation',
    name: 'operation-cost',
    because: 'only a valid document has types that weigh something, and nothing is asked before its cost is known',
    gate: ({ limits, cost, report }) => operationCost(limits, cost, report),
  },
  {
    phase: 'operation',
    name: 'operation-kind',
    because: 'the last question before execution: is there an operation, and may this method run it?',
    gate: () => operationKind,
  },
  {
    phase: 'operation',
    name: 'operation-responses',
    because: 'which operation runs, and for whom, is known, and no backend is asked yet',
    gate: ({ edge }) => operationResponses(edge.responses.direct),
  },
  {
    phase: 'operation',
    name: 'authorize',
    because: 'what a caller may not have is left out before anything is counted, planned or sent',
    gate: tools => authorize(tools.edge.authorization, tools),
  },
  {
    phase: 'operation',
    name: 'rate-limit',
    because: 'only what would be executed is counted, by who was found to ask, and before any source is asked',
    gate: ({ limiter, edge }) => rateLimit(limiter, edge.rateLimits.rules),
  },
  {
    phase: 'operation',
    name: 'open-subscriptions',
    because: 'only what nothing else refuses takes a place among the subscriptions that may be open',
    gate: tools => openSubscriptions(tools.edge.subscriptions, tools),
  },
];
