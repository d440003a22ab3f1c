import type { CallContext, Unexpected } from '../../adapter/adapter.ts';
import type { CallObserver } from '../../adapter/call-observer.ts';
import type { Principal } from '../../base/principal.ts';
import { Stop, type StopSignal } from '../../base/stop.ts';
import type { Surprises } from '../errors/surprises.ts';
import type { KnownRequest } from '../handler.ts';

/** What calls know of the request: looked up when one asks. */
export class RequestCall implements CallContext {
  readonly requestId: string;
  readonly deadline: number;
  readonly onlyReads: boolean;
  declare readonly observer?: CallObserver;
  /** Is told what answers hold that their documents do not know. */
  declare surprises?: Surprises;
  readonly #request: KnownRequest;
  #stop: Stop | undefined;

  /** `stop` and `deadline`: instead of the request's own. */
  constructor(request: KnownRequest, onlyReads: boolean, stop?: Stop, deadline = request.deadline) {
    this.requestId = request.id;
    this.onlyReads = onlyReads;
    this.deadline = deadline;
    if (request.trace) this.observer = request.trace.observer(request, request.served);
    this.#request = request;
    this.#stop = stop;
  }

  get signal(): StopSignal {
    this.#stop ??= following(this.#request.signal);
    return this.#stop;
  }

  get headers(): CallContext['headers'] {
    return this.#request.headers;
  }

  get principal(): Principal {
    return this.#request.principal as Principal; // absent and undefined are one to readers of an optional property
  }

  mayAsk(...[subschema, at]: Parameters<NonNullable<CallContext['mayAsk']>>): boolean {
    const { served, access } = this.#request;
    const rule = served.access.calls.get(subschema)?.get(at);
    return rule === undefined || access?.decisions.mayWithSome(rule) === true;
  }

  unexpected(found: Unexpected): void {
    this.surprises?.tell(found, this.requestId);
  }

  /** Ends all calls that are under way. */
  abort(reason: unknown): void {
    this.#stop?.abort(reason); // where nobody asked for the signal, no call was made
  }
}

/** A signal lives as long as its request: nothing need be unhooked. */
function following(signal: StopSignal): Stop {
  const stop = new Stop();
  if (signal.aborted) stop.abort(signal.reason);
  else signal.addEventListener('abort', () => stop.abort(signal.reason), { once: true });
  return stop;
}
