import type { ErrorCode } from '../../base/error.ts';

/** What the gateway answers by itself, as the configuration has it. Plain data; no value of it is ever a template. */
export interface ResponsesOptions {
  /** By code: what is told instead of our own words. */
  readonly codes: Readonly<Partial<Record<ErrorCode, OwnWords>>>;
  /** The first whose conditions hold answers, before any backend is touched. */
  readonly direct: readonly DirectResponse[];
}

export interface OwnWords {
  /** Of every error with the code, those of single fields too. */
  readonly message?: string;
  /** Where the whole request fails with the code; under `application/json` GraphQL over HTTP's 200 for faulty documents stays. */
  readonly status?: number;
  /** As `status`: beside, or instead of, those that the answer has. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface DirectResponse {
  readonly when: Conditions;
  readonly answer: DirectAnswer;
}

/** All that are given hold together; of a list, one entry. In texts `*` stands for any characters. */
export interface Conditions {
  /** Of the HTTP request. With it a rule also answers paths that nothing else is served at; without, only GraphQL operations. */
  readonly path?: readonly string[];
  /** Names in lower case. */
  readonly header?: Readonly<Record<string, string>>;
  /** IP addresses and CIDR ranges. */
  readonly address?: readonly string[];
  /** The name of the operation that is to run; of one without a name, the empty text. */
  readonly operation?: readonly string[];
  readonly client?: { readonly subject?: readonly string[]; readonly via?: readonly string[] };
}

/** A GraphQL error, or, with `body`, anything. */
export interface DirectAnswer {
  readonly status: number;
  readonly code?: ErrorCode;
  readonly message?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: { readonly type: string; readonly text: string };
}

export const defaultResponses: ResponsesOptions = { codes: {}, direct: [] };
