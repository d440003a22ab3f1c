import type { CallObserver } from '../../adapter/call-observer.ts';
import type { Principal } from '../../base/principal.ts';
import type { Lane, OperationRequest, OperationResult, Served } from '../handler.ts';
import type { StreamEnd } from '../subscriptions/response-stream.ts';
import { CallTraces } from './call-traces.ts';
import type { SecretName } from './secret-names.ts';
import { Stage } from './stage.ts';

const maxName = 100;

/** What became of one request, gate by gate and call by call. No credential is kept in it. */
export class Trace {
  readonly requestId: string;
  readonly operationName: string | undefined;
  readonly method: string;
  readonly at = new Date().toISOString();
  readonly stages: Stage[] = [];
  readonly #start = performance.now();
  readonly #isSecret: SecretName;
  #who: Pick<Principal, 'subject' | 'via' | 'scopes'> | undefined;
  #lane: Lane | undefined;
  #coalesced: true | undefined;
  #status: number | undefined;
  #codes: readonly unknown[] = [];
  #milliseconds: number | undefined;
  #revision: string | undefined;
  #calls: CallTraces | undefined;
  /** Of a request that opened one; `by` is null while it is open. */
  #subscription: (StreamEnd & { readonly milliseconds: number }) | { readonly by: null } | undefined;

  constructor({ id, operationName, method }: OperationRequest, isSecret: SecretName) {
    this.requestId = id;
    this.operationName = operationName?.slice(0, maxName);
    this.method = method;
    this.#isSecret = isSecret;
  }

  get scopes(): ReadonlySet<string> {
    return this.#who?.scopes ?? nothing;
  }

  /** The request comes to a stage: the gate of that name, the parsing, or the execution. */
  entered(name: string): Stage {
    const stage = new Stage(name);
    this.stages.push(stage);
    return stage;
  }

  /** A gate lets the request on: one of them is the first that knows who asks. */
  passed(gate: string, principal: Principal | undefined): void {
    this.stages.findLast(({ stage }) => stage === gate)?.pass();
    if (!principal || this.#who) return;
    const { subject, via, scopes } = principal;
    this.#who = { subject, via, scopes };
  }

  /** What the request's calls are to be told to. */
  observer({ headers, principal }: OperationRequest, { revision, origins }: Served): CallObserver {
    this.#revision = revision;
    const theirs = Object.entries(headers).flatMap(([name, value]) =>
      this.#isSecret(name) ? secretsOf(name, value) : [],
    );
    if (principal?.token !== undefined) theirs.push(principal.token);
    this.#calls ??= new CallTraces(origins.members, this.#isSecret, theirs);
    return this.#calls;
  }

  done({ status, lane, coalesced, result, stream }: OperationResult): void {
    this.#status = status;
    this.#lane = lane;
    this.#coalesced = coalesced ? true : undefined;
    this.#codes = [...new Set(result.errors?.map(({ extensions }) => extensions['code']))];
    this.#milliseconds = this.#elapsed();
    if (stream) this.#subscription = { by: null };
  }

  /** The subscription that the request opened has ended. */
  ended(end: StreamEnd): void {
    this.#subscription = { ...end, milliseconds: this.#elapsed() };
  }

  #elapsed(): number {
    return Math.round((performance.now() - this.#start) * 100) / 100;
  }

  /** What a list of requests tells of each. */
  get summary() {
    return {
      requestId: this.requestId,
      at: this.at,
      operationName: this.operationName,
      status: this.#status,
      codes: this.#codes,
      milliseconds: this.#milliseconds,
    };
  }

  toJSON() {
    return {
      ...this.summary,
      method: this.method,
      principal: this.#who && { subject: this.#who.subject, via: this.#who.via },
      revision: this.#revision,
      lane: this.#lane,
      coalesced: this.#coalesced,
      subscription: this.#subscription,
      stages: this.stages,
      calls: this.#calls?.calls ?? [],
      exchanges: this.#calls?.exchanges ?? [],
    };
  }
}

const nothing: ReadonlySet<string> = new Set();

/** A cookie's value that is shorter says little, and would be found everywhere. */
const minCookie = 8;

/** A header that holds a credential, and what of it is one by itself: without its scheme, or each cookie's value. */
function secretsOf(name: string, value: string): readonly string[] {
  if (name !== 'cookie') return [value, value.replace(/^\S+\s+/, '')];
  const cookies = value.split(';').map(cookie => cookie.slice(cookie.indexOf('=') + 1).trim());
  return [value, ...cookies.filter(({ length }) => length >= minCookie)];
}
