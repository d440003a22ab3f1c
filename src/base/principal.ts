/** Who asks. Made by authentication and by nothing else; the same for the whole of a request. */
export interface Principal {
  /** Unique among those of one `via`. Null: nobody has said who he is. */
  readonly subject: string | null;
  readonly scopes: ReadonlySet<string>;
  /** What is vouched for beside the subject. Has no prototype; names are the provider's own. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The name under which the configuration knows who vouches for it; `anonymous` where nobody does. */
  readonly via: string;
  /** When what vouches for it is over, in milliseconds since 1970. Absent: nobody says. */
  readonly expires?: number;
  /** The verified token as it came, to be exchanged or passed on. Never logged, printed or sent back. */
  readonly token?: string;
}

/** A caller who says nothing of himself is a principal too. */
export const anonymous: Principal = Object.freeze({
  subject: null,
  scopes: new Set<string>(),
  claims: Object.freeze(Object.create(null) as Readonly<Record<string, unknown>>), // no keys, no prototype
  via: 'anonymous',
});

export function isAnonymous(principal: Principal): boolean {
  return principal.subject === null;
}
