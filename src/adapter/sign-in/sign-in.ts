import { GatewayError } from '../../base/error.ts';
import type { CallContext } from '../adapter.ts';

/** What signs the calls of one source in, each for the one who asks. Nothing of one caller is ever used for another. */
export interface SignIn {
  /** At once where nothing need be fetched. Throws, or rejects with, the GatewayError that the call comes to. */
  of(context: CallContext): Signature | Promise<Signature>;
  /** Ends what is being fetched. */
  close(): Promise<void>;
}

/** What signs one call in. */
export interface Signature {
  readonly headers: Readonly<Record<string, string>>;
  /** Is told what the backend thought of it: true where it was refused. */
  judged?(refused: boolean): void;
}

export const unsigned: Signature = { headers: {} };

/** The call's fault where its caller has nothing that this source asks for. */
export function needsCaller(source: string, what: string): GatewayError {
  return new GatewayError('UNAUTHENTICATED', `The source "${source}" needs ${what}.`);
}
