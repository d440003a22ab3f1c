import type { Diagnostic, DiagnosticCode } from '../base/diagnostic.ts';

/** The error diagnostic of a text that is not read. */
export function refusal(code: DiagnosticCode, at: readonly string[], message: string, hint?: string): Diagnostic {
  return { severity: 'error', code, message, at, ...(hint === undefined ? {} : { hint }) };
}

/** `ENOENT` and its like: never the message of a system error, which repeats paths and addresses. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
}

export function isUrl(address: string): boolean {
  return /^https?:\/\//i.test(address);
}
