/** A threat that the gateway meets. */
export interface Row {
  /** Tests that prove it carry it in their names: `C8: …`; or several: `C8, C9: …`. */
  readonly id: string;
  readonly threat: string;
  /** What of it has no test, and why. Absent: its tests prove all of it. */
  readonly pending?: string;
}

export interface Section {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Told where it is so: a row that has tests after all needs no edit. */
export const untested = 'no test carries its id yet';

/** The threats to the gateway's edge, by what they attack. */
export const sections: readonly Section[] = [
  {
    title: 'Query shape',
    rows: [
      { id: 'C1', threat: 'A huge document', pending: untested },
      { id: 'C2', threat: 'Nesting as deep as the stack', pending: untested },
      { id: 'C3', threat: 'A flood of aliases', pending: untested },
      { id: 'C4', threat: 'Fragments that double', pending: untested },
      { id: 'C5', threat: 'Fragments in a circle', pending: untested },
      { id: 'C6', threat: 'One field so often that comparing is quadratic', pending: untested },
      { id: 'C7', threat: 'A flood of directives', pending: untested },
      { id: 'C8', threat: 'Lists in lists: cost without bound', pending: untested },
      { id: 'C9', threat: 'Introspection and suggestions that tell what is hidden', pending: untested },
      { id: 'C10', threat: 'Batches of operations', pending: untested },
      { id: 'C11', threat: 'Variables as bombs', pending: untested },
      {
        id: 'C12',
        threat: 'A transport that skips the limits',
        pending: '@defer and @stream do not exist in this version',
      },
      { id: 'C13', threat: 'A way around the trusted documents', pending: untested },
      { id: 'C14', threat: 'An attack in an operation that is not the selected one', pending: untested },
    ],
  },
  {
    title: 'HTTP edge',
    rows: [
      { id: 'H1', threat: "Requests that a page forges in its visitor's name" },
      { id: 'H2', threat: 'Answers that other origins may read' },
      { id: 'H3', threat: 'Clients that send slowly, or never end' },
      { id: 'H4', threat: 'Bodies that unpack without bound' },
      { id: 'H5', threat: 'Smuggled requests: lengths, chunks, control characters, headers given twice' },
      { id: 'H6', threat: 'Headers that the client makes up for a backend' },
      { id: 'H7', threat: 'A forged address (X-Forwarded-For)', pending: untested },
      { id: 'H8', threat: "One caller's answer kept for another" },
      { id: 'H9', threat: 'Foreign scripts and frames in the page' },
      { id: 'H10', threat: 'A socket that outlives its token' },
      { id: 'H11', threat: 'Forged ids and lines in the log' },
      { id: 'H12', threat: 'Names that every object has, as headers' },
      { id: 'H13', threat: 'Overload' },
    ],
  },
  {
    title: 'Identity',
    rows: [
      { id: 'J1', threat: 'A token with another algorithm, or none', pending: untested },
      { id: 'J2', threat: 'A key that the token itself names', pending: untested },
      { id: 'J3', threat: 'A token without audience, issuer or end', pending: untested },
      { id: 'J4', threat: 'Clocks that differ', pending: untested },
      { id: 'J5', threat: "A storm on the provider's keys, or its outage", pending: untested },
      { id: 'J6', threat: 'A flood of bad signatures', pending: untested },
      { id: 'J7', threat: 'A token for one backend seen by another', pending: untested },
      { id: 'J8', threat: 'Tokens that only the provider can read', pending: untested },
      { id: 'J9', threat: 'A client certificate that is only claimed', pending: untested },
    ],
  },
  {
    title: 'Authorization',
    rows: [
      { id: 'Z1', threat: 'A directive lost when types merge', pending: untested },
      { id: 'Z2', threat: 'A way around by interface, union, fragment, alias or @include', pending: untested },
      { id: 'Z3', threat: 'A field that is computed from a protected one', pending: untested },
      { id: 'Z4', threat: 'The entry points of merging, called by a client', pending: untested },
      { id: 'Z5', threat: 'A protected field reached through a link', pending: untested },
      { id: 'Z6', threat: 'Errors and nulls that tell what exists', pending: untested },
      { id: 'Z7', threat: 'A right withdrawn while events flow' },
      { id: 'Z8', threat: 'A mutation that is half executed', pending: untested },
      { id: 'Z9', threat: 'Scopes of several places, combined wrongly', pending: untested },
      { id: 'Z10', threat: 'A policy provider that is slow or down', pending: untested },
    ],
  },
  {
    title: 'Rate limiting',
    rows: [
      { id: 'R1', threat: 'A limit passed by aliases, fragments, lists or interfaces', pending: untested },
      { id: 'R2', threat: 'A key that the client makes up', pending: untested },
      { id: 'R3', threat: 'Many at once over several gateways', pending: untested },
      { id: 'R4', threat: 'The store is lost', pending: untested },
      { id: 'R5', threat: 'More keys than memory', pending: untested },
      { id: 'R6', threat: 'A client that cannot know its limit', pending: untested },
    ],
  },
];
