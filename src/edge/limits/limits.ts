import type { ErrorCode } from '../../base/error.ts';

/** What is told of one limit, wherever it is told: the configuration, refusals, the metrics and `docs/edge/limits.md`. */
interface LimitFacts {
  readonly byDefault: number;
  readonly unit: 'bytes' | 'count';
  readonly code: ErrorCode;
  /** Why it cannot be told to warn only. Absent: it can. */
  readonly alwaysEnforced?: string;
}

const kibibyte = 1024;

/** Every limit that has a key under `gateway.limits`, by that key. */
export const limitTable = {
  /** Of a request's body. */
  body: {
    byDefault: 1024 * kibibyte,
    unit: 'bytes',
    code: 'DOCUMENT_TOO_LARGE',
    alwaysEnforced: 'a body without a bound is memory without a bound',
  },
  /** Places for files in the variables of one request; 0 refuses all uploads. */
  uploads: {
    byDefault: 10,
    unit: 'count',
    code: 'OPERATION_TOO_COMPLEX',
    alwaysEnforced: 'files without a bound are memory without a bound',
  },
  /** Of one file. */
  uploadSize: {
    byDefault: 10 * 1024 * kibibyte,
    unit: 'bytes',
    code: 'DOCUMENT_TOO_LARGE',
    alwaysEnforced: 'a file without a bound is memory without a bound',
  },
  /** Of all files of a request. */
  uploadTotal: {
    byDefault: 20 * 1024 * kibibyte,
    unit: 'bytes',
    code: 'DOCUMENT_TOO_LARGE',
    alwaysEnforced: 'files without a bound are memory without a bound',
  },
  /** Of a request's files: held until the operation reads them. What is read as it comes is not held. */
  uploadBuffer: {
    byDefault: 1024 * kibibyte,
    unit: 'bytes',
    code: 'DOCUMENT_TOO_LARGE',
    alwaysEnforced: 'files without a bound are memory without a bound',
  },
  /** Of an operation's document. */
  document: { byDefault: 64 * kibibyte, unit: 'bytes', code: 'DOCUMENT_TOO_LARGE' },
  /** Of a document. */
  tokens: { byDefault: 5_000, unit: 'count', code: 'DOCUMENT_TOO_LARGE' },
  /** Operations that one document defines, whichever is chosen. */
  operations: { byDefault: 10, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Levels of nested fields. */
  depth: { byDefault: 15, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Fields with an alias. */
  aliases: { byDefault: 50, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Fields of the operation's root type. */
  rootFields: { byDefault: 30, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** All fields. */
  expandedFields: { byDefault: 5_000, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Uses of directives. */
  directives: { byDefault: 50, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Directives of one field, spread, fragment, variable or operation. */
  directivesPerNode: { byDefault: 10, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Levels below `__schema` and `__type`: GraphiQL and code generators ask 14. */
  introspectionDepth: { byDefault: 25, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Fields below `__schema` and `__type`: GraphiQL and code generators ask fewer than 300. */
  introspectionFields: { byDefault: 1_000, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** The greater of field cost and type cost. */
  cost: { byDefault: 10_000, unit: 'count', code: 'COST_EXCEEDED' },
  /** Levels of nested variables. */
  variableDepth: {
    byDefault: 64,
    unit: 'count',
    code: 'OPERATION_TOO_COMPLEX',
    alwaysEnforced: 'what nests without a bound overflows the stack of whoever walks it',
  },
  /** Values in the variables, all levels together. */
  variableValues: { byDefault: 50_000, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Of one string in the variables, in UTF-8. */
  variableString: { byDefault: 256 * kibibyte, unit: 'bytes', code: 'OPERATION_TOO_COMPLEX' },
  /** Requests to backends that one operation causes; items that share a request are one (`Subschema.itemsPerRequest`). */
  backendCalls: { byDefault: 500, unit: 'count', code: 'OPERATION_TOO_COMPLEX' },
  /** Items of lists that one operation comes to, all lists together. */
  resultNodes: { byDefault: 50_000, unit: 'count', code: 'COST_EXCEEDED' },
} as const satisfies Readonly<Record<string, LimitFacts>>;

/** A limit that can be set. */
export type LimitKey = keyof typeof limitTable;

/**
 * Those without a key there: brackets that nest before the parser recurses, pairs of fields that validation compares, and how many
 * subscriptions are open (`SubscriptionsOptions`).
 */
export const fixedLimits = ['nesting', 'fieldPairs', 'subscriptions', 'subscriptionsPerClient'] as const;

/** Every limit, for what counts them. */
export type LimitName = LimitKey | (typeof fixedLimits)[number];

export const limitKeys = Object.keys(limitTable) as LimitKey[]; // the table's own keys

/** Limits that can be told to warn: what is beyond them is logged and counted, and let through. */
export type WarningLimit = {
  [K in LimitKey]: (typeof limitTable)[K] extends { readonly alwaysEnforced: string } ? never : K;
}[LimitKey];

export const warningLimits = limitKeys.filter((key): key is WarningLimit => !('alwaysEnforced' in limitTable[key]));

/** What one request may cost. Every limit is checked before what it protects runs; `warn` names those that only warn. */
export type Limits = { readonly [K in LimitKey]: number } & { readonly warn: readonly WarningLimit[] };

export const defaultLimits: Limits = {
  ...(Object.fromEntries(limitKeys.map(key => [key, limitTable[key].byDefault])) as Record<LimitKey, number>), // one for each key
  warn: [],
};
