import { GatewayError } from '../../base/error.ts';
import type { Principal } from '../../base/principal.ts';
import type { StopSignal } from '../../base/stop.ts';
import { isBridged } from '../../source/credential.ts';
import type { Source } from '../../source/source.ts';
import type { CallContext, CallItem, Outcome, Subschema, Subscribe } from '../adapter.ts';
import { gatewayErrorOf } from '../send-each.ts';
import { uploadsIn } from '../uploads-in.ts';
import type { Signature, SignIn } from './sign-in.ts';
import { SignIns } from './sign-ins.ts';

/**
 * The subschema, whose calls are signed in for whoever asks; the very same where none of the source's credentials needs that. Getting a
 * token takes of the call's time, and a call that cannot be signed in is not sent. A stream is signed in when it is opened.
 */
export function signedIn<TCall, TModel>(subschema: Subschema<TCall, TModel>, source: Source): Subschema<TCall, TModel> {
  const { credential, credentials } = source.options;
  if (!(credential && isBridged(credential)) && !Object.values(credentials).some(isBridged)) return subschema;
  const { blueprint, selective, itemsPerRequest, mostItems, subscribe, receive } = subschema;
  const signIns = new SignIns(subschema, source);
  return {
    blueprint,
    selective,
    ...(itemsPerRequest === undefined ? {} : { itemsPerRequest }),
    ...(mostItems ? { mostItems } : {}),
    send(call, batch, context) {
      const signIn = signIns.of(call);
      if (!signIn) return subschema.send(call, batch, context);
      const deadline = Math.min(context.deadline, performance.now() + source.options.timeout);
      const send = (items: readonly CallItem[], signature: Signature) =>
        subschema
          .send(call, items, new SignedCall(context, deadline, signature.headers))
          .then(outcomes => judged(outcomes, signature));
      const ask = (signature: Signature) =>
        send(batch, signature).then(outcomes => renewed(outcomes, batch, signature, { signIn, context, send }));
      try {
        const signature = signIn.of(context);
        if (!(signature instanceof Promise)) return ask(signature);
        return unlessStopped(signature, context.signal).then(ask, error => failed(batch, error));
      } catch (error) {
        return Promise.resolve(failed(batch, error));
      }
    },
    ...(receive ? { receive } : {}),
    ...(subscribe ? { subscribe: signedStreams(subscribe, signIns, source) } : {}),
    close: async () => {
      await Promise.all([signIns.close(), subschema.close()]);
    },
  };
}

interface Asking {
  readonly signIn: SignIn;
  readonly context: CallContext;
  send(items: readonly CallItem[], signature: Signature): Promise<readonly Outcome[]>;
}

/**
 * What was refused for its token is asked once more, if there is another token by now (RFC 9110, 15.5.2; RFC 6750, 3.1). Only HTTP says for
 * certain that nothing was done: with the status 401. A file that was passed on while it came cannot be sent again, and its client hears so.
 */
function renewed(
  answered: readonly Outcome[],
  batch: readonly CallItem[],
  signature: Signature,
  { signIn, context, send }: Asking,
): readonly Outcome[] | Promise<readonly Outcome[]> {
  if (!signature.judged || !answered.some(isUnauthorized)) return answered;
  const outcomes = answered.map((outcome, index) =>
    isUnauthorized(outcome) && !isRepeatable(batch[index]!) ? { fault: notRepeated(outcome.fault) } : outcome,
  );
  const refused = [...outcomes.keys()].filter(index => isUnauthorized(outcomes[index]!) && isRepeatable(batch[index]!));
  if (refused.length === 0) return outcomes;
  const asked = (async () => signIn.of(context))();
  return unlessStopped(asked, context.signal).then(
    async fresh => {
      if (isSame(fresh, signature)) return outcomes;
      const repeated = await send(
        refused.map(index => batch[index]!),
        fresh,
      );
      const all = [...outcomes];
      for (const [place, index] of refused.entries()) all[index] = repeated[place]!;
      return all;
    },
    () => outcomes, // what the backend said is what there is to tell
  );
}

function notRepeated(fault: GatewayError): GatewayError {
  const message = 'The credential was refused, and a file that was passed on while it came cannot be sent again.';
  return new GatewayError(fault.code, `${message} Nothing was done: send the request once more.`, {
    cause: fault,
    details: fault.details,
    refusesCredential: true,
  });
}

function isUnauthorized(outcome: Outcome): outcome is { readonly fault: GatewayError } {
  return 'fault' in outcome && outcome.fault.refusesCredential && outcome.fault.details.http?.status === 401;
}

function isRepeatable({ args }: CallItem): boolean {
  return !uploadsIn(args).some(({ file }) => file.isSpent);
}

function isSame({ headers }: Signature, other: Signature): boolean {
  return Object.entries(headers).every(([name, value]) => other.headers[name] === value);
}

function signedStreams<TCall>(subscribe: Subscribe<TCall>, signIns: SignIns<TCall>, source: Source): Subscribe<TCall> {
  return async function* opened(call, item, context) {
    const signIn = signIns.of(call);
    if (!signIn) {
      yield* subscribe(call, item, context);
      return;
    }
    let signature: Signature;
    try {
      const signing = signIn.of(new SignedCall(context, performance.now() + source.options.timeout, {}));
      signature = signing instanceof Promise ? await unlessStopped(signing, context.signal) : signing;
    } catch (error) {
      yield* failed([item], error);
      return;
    }
    let isFirst = true;
    for await (const outcome of subscribe(call, item, new SignedCall(context, context.deadline, signature.headers))) {
      if (isFirst) judged([outcome], signature);
      isFirst = false;
      yield outcome;
    }
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
