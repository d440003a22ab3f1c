import { type ErrorCode, errorCodes, GatewayError } from '../base/error.ts';
import { isRecord, type Json } from '../base/json.ts';
import type { Annotation, Annotations } from './annotation.ts';

/** What a field is answered with, by nobody's asking. */
export type Canned = { readonly value: Json } | { readonly error: GatewayError };

/** By coordinate of a field, in the client's names. */
export type CannedFields = ReadonlyMap<string, Canned>;

/** What `@canned` says of fields; of several at one field, the first. Undefined: nothing. The annotations have been checked. */
export function cannedFields(annotations: Annotations): CannedFields | undefined {
  const known = ofAnnotations.get(annotations);
  if (known !== undefined) return known ?? undefined;
  const canned = new Map<string, Canned>();
  for (const [element, said] of annotations) {
    const annotation = said.find(({ directive }) => directive === 'canned');
    if (annotation) canned.set(element, cannedOf(annotation));
  }
  const found = canned.size > 0 ? canned : null;
  ofAnnotations.set(annotations, found);
  return found ?? undefined;
}

const ofAnnotations = new WeakMap<Annotations, CannedFields | null>();

/** `CODE`, or `CODE: message`. */
export function cannedError(written: string): { readonly code: ErrorCode; readonly message: string } | undefined {
  const [, name, message = 'This field is not available now.'] = /^([A-Z_]+)(?:: *(\S.*))?$/s.exec(written) ?? [];
  const code = errorCodes.find(known => known === name);
  return code && { code, message };
}

function cannedOf({ args }: Annotation): Canned {
  const told = typeof args['error'] === 'string' ? cannedError(args['error']) : undefined;
  if (told) return { error: new GatewayError(told.code, told.message) };
  return { value: literalOf(args['value'] ?? null) };
}

/** Does a template read anything? `$$` is a dollar that begins a text. */
export function readsAnything(template: unknown): boolean {
  if (typeof template === 'string') return template.startsWith('$') && !template.startsWith('$$');
  if (Array.isArray(template)) return template.some(readsAnything);
  return isRecord(template) && Object.values(template).some(readsAnything);
}

/** The value of a template that reads nothing. */
export function literalOf(template: unknown): Json {
  if (typeof template === 'string') return template.startsWith('$$') ? template.slice(1) : template;
  if (Array.isArray(template)) return template.map(literalOf);
  if (!isRecord(template)) return template as Json; // a directive's argument: a literal of the language, or YAML's
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, literalOf(value)]));
}
