/** Directives that a source's own document can give its elements, and that the gateway then enforces. */
export const documentDirectives: ReadonlySet<string> = new Set([
  'authenticated',
  'requiresScopes',
  'policy',
  'public',
  'rateLimit',
  'cost',
  'listSize',
  'mask',
]);

/** Does a directive's name say that it restricts who may see or do something? Then it must not be passed over. */
export function speaksOfAccess(name: string): boolean {
  return (
    /auth|scope|polic|permi[st]|role|guard|protect|secur|allow|deny|restrict|private|access/i.test(name) &&
    !harmless.has(name)
  );
}

/** GraphQL Federation's, which say where a field is, not whose. */
const harmless: ReadonlySet<string> = new Set(['inaccessible', 'federation__inaccessible']);
