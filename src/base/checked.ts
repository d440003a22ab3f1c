import { type Diagnostic, isError } from './diagnostic.ts';

/** A value with what there is to say about it, or no value and the reasons. Functions of registration return it and never throw. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export function checked<T>(value: T, diagnostics: readonly Diagnostic[] = []): Checked<T> {
  return { ok: true, value, diagnostics };
}

export function refused(...diagnostics: readonly Diagnostic[]): { ok: false; diagnostics: readonly Diagnostic[] } {
  return { ok: false, diagnostics };
}

/** The value, unless a diagnostic is an error. */
export function unlessErrors<T>(value: T, diagnostics: readonly Diagnostic[]): Checked<T> {
  return diagnostics.some(isError) ? { ok: false, diagnostics } : { ok: true, value, diagnostics };
}
