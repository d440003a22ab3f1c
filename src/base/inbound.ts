/** A request that a backend makes of the gateway: the event of a webhook, or a callback. */
export interface InboundRequest {
  /** In capitals. */
  readonly method: string;
  /** Names in lower case, own properties only. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came: what is signed is its bytes. */
  readonly body: Buffer;
}

/**
 * What became of an inbound request. `taken`: its event went to everybody who listens (who may be nobody). `repeated`: it was taken before.
 * `unverified`: it does not prove who sent it, or was signed too long ago. `malformed`: proved, but its body is not what the document
 * says. `wrong-method`: the place is there, for another method. `unknown`: there is no such place.
 */
export type Received = 'taken' | 'repeated' | 'unverified' | 'malformed' | 'wrong-method' | 'unknown';

/** Takes in what a backend sends. `place`: the path's segments behind the source's name, decoded. Never throws. */
export type Receive = (place: readonly string[], request: InboundRequest) => Received | Promise<Received>;
