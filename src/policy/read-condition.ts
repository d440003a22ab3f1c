import { isRecord } from '../base/json.ts';
import { isReference, readReference, unescaped } from '../base/reference.ts';
import type { Condition, Operand } from './condition.ts';

/** Where in the written condition something is wrong, and what. */
export interface ConditionProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Deeper, or with more parts, is no policy any more: it is a program. */
const maxDepth = 16;
const maxParts = 500;
const operators = 'all, any, not, equals, in, contains or present';

/**
 * Reads a condition as the configuration writes it; undefined where it is none, with all that is wrong told. `headers`: may it read them?
 * What a client only says decides over nothing that he may have.
 */
export function readCondition(
  written: unknown,
  problems: ConditionProblem[],
  { headers = false }: { readonly headers?: boolean } = {},
): Condition | undefined {
  const reading = new Reading(problems, headers);
  const condition = reading.condition(written, [], 1);
  return problems.length === 0 ? condition : undefined;
}

class Reading {
  readonly #problems: ConditionProblem[];
  readonly #headers: boolean;
  #parts = 0;
  /** That it is too much. */
  #isTold = false;

  constructor(problems: ConditionProblem[], headers: boolean) {
    this.#problems = problems;
    this.#headers = headers;
  }

  condition(written: unknown, path: ConditionProblem['path'], depth: number): Condition | undefined {
    this.#parts += 1;
    if (depth > maxDepth || this.#parts > maxParts) {
      if (!this.#isTold) this.#wrong(path, `A policy has at most ${maxDepth} levels and ${maxParts} parts.`);
      this.#isTold = true;
      return undefined;
    }
    const entries = isRecord(written) ? Object.entries(written) : [];
    const [entry] = entries;
    if (!entry || entries.length > 1) return this.#wrong(path, `A condition has one operator: ${operators}.`);
    const [operator, operand] = entry;
    const at = [...path, operator];
    switch (operator) {
      case 'all':
      case 'any': {
        if (!Array.isArray(operand) || operand.length === 0)
          return this.#wrong(at, `"${operator}" takes a list of conditions that is not empty.`);
        const of = operand.flatMap((part, index) => this.condition(part, [...at, index], depth + 1) ?? []);
        return { kind: operator, of };
      }
      case 'not': {
        const of = this.condition(operand, at, depth + 1);
        return of && { kind: 'not', of };
      }
      case 'equals': {
        const two = this.#two(operand, at);
        return two && { kind: 'equals', left: two[0], right: two[1] };
      }
      case 'in': {
        const two = this.#two(operand, at);
        return two && { kind: 'in', item: two[0], list: two[1] };
      }
      case 'contains': {
        const two = this.#two(operand, at);
        return two && { kind: 'in', item: two[1], list: two[0] };
      }
      case 'present': {
        const value = this.#operand(operand, at);
        if (value?.kind === 'literal') return this.#wrong(at, '"present" takes a reference, such as "$claims.x".');
        return value && { kind: 'present', value };
      }
      default:
        return this.#wrong(at, `"${operator}" is no operator: write ${operators}.`);
    }
  }

  #two(written: unknown, path: ConditionProblem['path']): readonly [Operand, Operand] | undefined {
    if (!Array.isArray(written) || written.length !== 2)
      return this.#wrong(path, `"${String(path.at(-1))}" takes a list of two values.`);
    const [left, right] = written.map((each, index) => this.#operand(each, [...path, index]));
    return left && right ? [left, right] : undefined;
  }

  #operand(written: unknown, path: ConditionProblem['path']): Operand | undefined {
    this.#parts += 1;
    if (typeof written === 'string') return this.#text(written, path);
    if (typeof written === 'number' || typeof written === 'boolean') return { kind: 'literal', value: written };
    if (Array.isArray(written) && written.length <= maxParts && written.every(isPlain)) {
      return { kind: 'literal', value: written.map(each => (typeof each === 'string' ? unescaped(each) : each)) };
    }
    return this.#wrong(path, 'A value is a text, a number, true, false, a list of those, or a reference.');
  }

  #text(text: string, path: ConditionProblem['path']): Operand | undefined {
    if (!isReference(text)) return { kind: 'literal', value: unescaped(text) };
    const reference = readReference(text);
    if (reference && (reference.kind !== 'header' || this.#headers)) return reference;
    const args = this.#headers ? '$args.<name> or $header.<name>' : '$args.<name>';
    const known = `$subject, $via, $scopes, $claims.<name>${this.#headers ? ',' : ' or'} ${args}`;
    return this.#wrong(path, `"${text}" is no reference: write ${known}, or $$ for a leading dollar.`);
  }

  #wrong(path: ConditionProblem['path'], message: string): undefined {
    this.#problems.push({ path, message });
    return undefined;
  }
}

function isPlain(value: unknown): value is string | number | boolean {
  if (typeof value === 'string') return !isReference(value);
  return typeof value === 'number' || typeof value === 'boolean';
}
