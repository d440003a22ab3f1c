import type { Diagnostic } from '../../../base/diagnostic.ts';

/** Each thing is told once, however many operations come upon it. */
export class DiagnosticLog {
  readonly #byKey = new Map<string, Diagnostic>();

  readonly report = (diagnostic: Diagnostic): void => {
    const key = `${diagnostic.code} ${diagnostic.at.join(' ')} ${diagnostic.message}`;
    if (!this.#byKey.has(key)) this.#byKey.set(key, diagnostic);
  };

  get all(): Diagnostic[] {
    return [...this.#byKey.values()];
  }
}
