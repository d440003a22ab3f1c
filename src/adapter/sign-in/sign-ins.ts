import type { Credential, Source } from '../../source/source.ts';
import type { CallContext, Subschema } from '../adapter.ts';
import type { Signature, SignIn } from './sign-in.ts';
import { signInOf } from './sign-in-of.ts';

/** The sign-ins of one source: one for each credential that is made while the gateway runs, opened by the first call that needs it. */
export class SignIns<TCall> {
  readonly #source: Source;
  readonly #credentialsOf: (call: TCall) => readonly Credential[];
  readonly #byCredential = new Map<Credential, SignIn>();
  readonly #byCall = new Map<TCall, SignIn | undefined>();

  constructor(subschema: Pick<Subschema<TCall, unknown>, 'credentialsOf'>, source: Source) {
    const { credential } = source.options;
    const whatever = credential ? [credential] : [];
    this.#source = source;
    this.#credentialsOf = subschema.credentialsOf ?? (() => whatever);
  }

  /** Undefined where the call needs none. */
  of(call: TCall): SignIn | undefined {
    const known = this.#byCall.get(call);
    if (known || this.#byCall.has(call)) return known;
    const signIn = this.#join(call);
    this.#byCall.set(call, signIn);
    return signIn;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#byCredential.values()].map(signIn => signIn.close()));
  }

  #join(call: TCall): SignIn | undefined {
    const signIns = this.#credentialsOf(call).flatMap(credential => this.#open(credential) ?? []);
    return signIns.length > 1 ? together(signIns) : signIns[0];
  }

  #open(credential: Credential): SignIn | undefined {
    const known = this.#byCredential.get(credential);
    if (known) return known;
    const signIn = signInOf(this.#source, credential);
    if (signIn) this.#byCredential.set(credential, signIn);
    return signIn;
  }
}

/** All of them sign the call in. */
function together(signIns: readonly SignIn[]): SignIn {
  return {
    of(context: CallContext) {
      return Promise.all(signIns.map(async signIn => signIn.of(context))).then(joined);
    },
    close: async () => undefined, // each is closed by itself
  };
}

function joined(signatures: readonly Signature[]): Signature {
  return {
    headers: Object.assign({}, ...signatures.map(({ headers }) => headers)),
    judged: refused => {
      for (const signature of signatures) signature.judged?.(refused);
    },
  };
}
