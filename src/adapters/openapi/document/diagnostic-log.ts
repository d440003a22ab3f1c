import type { Diagnostic } from '../../../base/diagnostic.ts';

/** Each thing is told once, however many operations come upon it. */
export class DiagnosticLog {
  readonly #byKey = new Map<string, Diagnostic>();
  readonly #lasting = new Set<string>();

  /** What a document says, whichever way it is read. */
  readonly lasting = (diagnostic: Diagnostic): void => void this.#lasting.add(this.#add(diagnostic));

  /** What comes of this reading of it. */
  readonly passing = (diagnostic: Diagnostic): void => void this.#add(diagnostic);

  /** The reading is given up. */
  forget(): void {
    for (const key of this.#byKey.keys()) if (!this.#lasting.has(key)) this.#byKey.delete(key);
  }

  get all(): Diagnostic[] {
    return [...this.#byKey.values()];
  }

  #add(diagnostic: Diagnostic): string {
    const key = `${diagnostic.code} ${diagnostic.at.join(' ')} ${diagnostic.message}`;
    if (!this.#byKey.has(key)) this.#byKey.set(key, diagnostic);
    return key;
  }
}
