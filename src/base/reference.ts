import { isRecord } from './json.ts';
import { anonymous, type Principal } from './principal.ts';

/** What a string that is a reference as a whole reads: nothing is ever spliced into a text. */
export type Reference =
  | { readonly kind: 'subject' }
  | { readonly kind: 'via' }
  | { readonly kind: 'scopes' }
  | { readonly kind: 'claims'; readonly path: readonly string[] }
  | { readonly kind: 'args'; readonly path: readonly string[] }
  /** In lower case. */
  | { readonly kind: 'header'; readonly name: string };

export type Arguments = Readonly<Record<string, unknown>>;

/** What references read. */
export interface Asked {
  /** Absent: nobody has said who he is. */
  readonly principal?: Principal;
  /** The client's headers, names in lower case. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Is the text no literal? `$$` is a dollar that begins a text. */
export function isReference(text: unknown): text is string {
  return typeof text === 'string' && text.startsWith('$') && !text.startsWith('$$');
}

/** The literal that a text which is no reference stands for. */
export function unescaped(text: string): string {
  return text.startsWith('$$') ? text.slice(1) : text;
}

/** Undefined: there is no such thing to read. */
export function readReference(text: string): Reference | undefined {
  const [root = '', ...rest] = text.slice(1).split('.');
  const leads = rest.length > 0 && rest.every(step => step !== '');
  if (root === 'header') {
    const name = rest.join('.').toLowerCase();
    return /^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name) ? { kind: 'header', name } : undefined; // RFC 9110, 5.6.2
  }
  if ((root === 'claims' || root === 'args') && leads) return { kind: root, path: rest };
  if ((root === 'subject' || root === 'via' || root === 'scopes') && rest.length === 0) return { kind: root };
  return undefined;
}

/** Undefined or null where there is nothing. */
export function referred(
  reference: Reference,
  { principal = anonymous, headers = {} }: Asked,
  args: Arguments,
): unknown {
  switch (reference.kind) {
    case 'subject':
      return principal.subject;
    case 'via':
      return principal.via;
    case 'scopes':
      return [...principal.scopes];
    case 'claims':
      return walk(principal.claims, reference.path);
    case 'args':
      return walk(args, reference.path);
    case 'header':
      return Object.hasOwn(headers, reference.name) ? headers[reference.name] : undefined;
  }
}

/** Own properties alone. A name with dots in it, as those of claims may be, is tried as a whole first. */
function walk(value: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return value;
  if (!isRecord(value)) return undefined;
  const whole = path.join('.');
  if (Object.hasOwn(value, whole)) return value[whole];
  const [first = '', ...rest] = path;
  return Object.hasOwn(value, first) ? walk(value[first], rest) : undefined;
}
