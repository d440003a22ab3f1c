import { type Diagnostic, formatDiagnostics, type Severity } from '../base/diagnostic.ts';

/** Each on its lines. */
export function diagnosticLines(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.length === 0 ? '' : `${formatDiagnostics(diagnostics)}\n`;
}

/** `2 errors, 1 warning, 0 notes`. */
export function countLine(diagnostics: readonly Diagnostic[]): string {
  return (['error', 'warning', 'note'] satisfies Severity[])
    .map(severity => {
      const count = diagnostics.filter(diagnostic => diagnostic.severity === severity).length;
      return `${count} ${severity}${count === 1 ? '' : 's'}`;
    })
    .join(', ');
}
