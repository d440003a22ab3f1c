import { GatewayError } from '../../base/error.ts';
import type { Principal } from '../../base/principal.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { Source } from '../../source/source.ts';
import type { CallContext, CallItem, Outcome, Subschema } from '../adapter.ts';
import { gatewayErrorOf } from '../send-each.ts';
import type { Signature } from './sign-in.ts';
import { signInOf } from './sign-in-of.ts';

/**
 * The subschema, whose calls are signed in for whoever asks; the very same where the source's credential does not need that. Getting a
 * token takes of the call's time, and a call that cannot be signed in is not sent. Streams would go unsigned: there are none.
 */
export function signedIn<TCall, TModel>(subschema: Subschema<TCall, TModel>, source: Source): Subschema<TCall, TModel> {
  const signIn = signInOf(source);
  if (!signIn) return subschema;
  const { blueprint, selective, itemsPerRequest } = subschema;
  return {
    blueprint,
    selective,
    ...(itemsPerRequest === undefined ? {} : { itemsPerRequest }),
    send(call, batch, context) {
      const deadline = Math.min(context.deadline, performance.now() + source.options.timeout);
      const ask = (signature: Signature) =>
        subschema
          .send(call, batch, new SignedCall(context, deadline, signature.headers))
          .then(outcomes => judged(outcomes, signature));
      try {
        const signature = signIn.of(context);
        if (!(signature instanceof Promise)) return ask(signature);
        return unlessStopped(signature, context.signal).then(ask, error => failed(batch, error));
      } catch (error) {
        return Promise.resolve(failed(batch, error));
      }
    },
    close: async () => {
      await Promise.all([signIn.close(), subschema.close()]);
    },
  };
}

/** A call with what signs it in: what the request works out only when asked stays unasked. */
class SignedCall implements CallContext {
  readonly deadline: number;
  readonly requestId: string;
  readonly onlyReads: boolean;
  readonly signIn: Readonly<Record<string, string>>;
  readonly #base: CallContext;

  constructor(base: CallContext, deadline: number, signIn: Readonly<Record<string, string>>) {
    this.deadline = deadline;
    this.requestId = base.requestId;
    this.onlyReads = base.onlyReads ?? false;
    this.signIn = signIn;
    this.#base = base;
  }

  get signal(): StopSignal {
    return this.#base.signal;
  }

  get headers(): CallContext['headers'] {
    return this.#base.headers;
  }

  get principal(): Principal {
    return this.#base.principal as Principal; // absent and undefined are one to readers of an optional property
  }
}

function judged(outcomes: readonly Outcome[], signature: Signature): readonly Outcome[] {
  if (outcomes.some(outcome => 'fault' in outcome && outcome.fault.refusesCredential)) signature.judged?.(true);
  else if (outcomes.some(outcome => 'value' in outcome)) signature.judged?.(false);
  return outcomes;
}

function failed(batch: readonly CallItem[], error: unknown): readonly Outcome[] {
  const fault = gatewayErrorOf(error);
  return batch.map(() => ({ fault }));
}

/** Others may wait for the same: what one of them gives up goes on. */
function unlessStopped<T>(promise: Promise<T>, signal: StopSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(stoppedBy(signal));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
    promise.then(
      value => {
        signal.removeEventListener('abort', stop);
        resolve(value);
      },
      (error: unknown) => {
        signal.removeEventListener('abort', stop);
        reject(error);
      },
    );
  });
}

function stoppedBy({ reason }: StopSignal): GatewayError {
  if (reason instanceof GatewayError) return reason;
  return new GatewayError('UPSTREAM_TIMEOUT', 'The request ended before its backend was signed in to.', {
    cause: reason,
  });
}
