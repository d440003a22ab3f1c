import type { Env } from './env.ts';

/** A text in which references to the environment were replaced. It is only ever a value: never parsed as YAML. */
export class Substituted {
  readonly text: string;
  /** As written, for messages: the text itself may be a secret. */
  readonly written: string;
  /** Did all of it come from the environment, nothing from the file? */
  readonly foreign: boolean;

  constructor(text: string, written: string, foreign: boolean) {
    this.text = text;
    this.written = written;
    this.foreign = foreign;
  }
}

export interface SubstitutionReport {
  unset(name: string): void;
  malformed(reference: string): void;
}

const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Replaces `${NAME}`, and `${NAME:-default}` where NAME is unset or empty; a text without references stays a string. */
export function substitute(written: string, env: Env, report: SubstitutionReport): string | Substituted {
  if (!written.includes('${')) return written;
  const malformed = written.replace(reference, '').match(/\$\{[^}]*\}?/)?.[0];
  if (malformed !== undefined) report.malformed(malformed);
  let foreign = written.replace(reference, '') === '';
  const text = written.replace(reference, (_, name: string, fallback: string | undefined) => {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (fallback === undefined) {
      if (value === undefined) report.unset(name);
      return value ?? '';
    }
    if (value !== undefined && value !== '') return value;
    if (fallback !== '') foreign = false;
    return fallback;
  });
  return new Substituted(text, written, foreign);
}
