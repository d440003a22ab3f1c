import { type ASTNode, getLocation } from 'graphql';
import type { Diagnostic, DiagnosticCode, Severity } from '../base/diagnostic.ts';

/** Collects what there is to say about one composition. */
export class Report {
  readonly diagnostics: Diagnostic[] = [];

  error(code: DiagnosticCode, message: string, at: readonly string[], hint?: string): void {
    this.#add('error', code, message, at, hint);
  }

  warning(code: DiagnosticCode, message: string, at: readonly string[], hint?: string): void {
    this.#add('warning', code, message, at, hint);
  }

  note(code: DiagnosticCode, message: string, at: readonly string[], hint?: string): void {
    this.#add('note', code, message, at, hint);
  }

  get failed(): boolean {
    return this.diagnostics.some(({ severity }) => severity === 'error');
  }

  #add(severity: Severity, code: DiagnosticCode, message: string, at: readonly string[], hint?: string): void {
    this.diagnostics.push({ severity, code, message, at, ...(hint === undefined ? {} : { hint }) });
  }
}

/** `address:line:column` of a node of an overlay, and the coordinate it speaks of. */
export function spot(node: ASTNode, coordinate: string): readonly string[] {
  if (!node.loc) return [coordinate];
  const { line, column } = getLocation(node.loc.source, node.loc.start);
  return [`${node.loc.source.name}:${line}:${column}`, coordinate];
}
