/** `scope.name`, or the name alone where there is no scope. */
export function joined(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}

/** The full name of what encloses a full name: `a.b` of `a.b.C`, nothing of `C`. */
export function enclosing(fullName: string): string {
  return fullName.slice(0, Math.max(0, fullName.lastIndexOf('.')));
}

/** A reference within descriptors, which begins with a dot, as a full name. */
export function undotted(reference: string): string {
  return reference.startsWith('.') ? reference.slice(1) : reference;
}
