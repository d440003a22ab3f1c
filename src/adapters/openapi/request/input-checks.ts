import { compareDecimals, isMultipleOf } from '../../../adapter/decimal.ts';
import { type Allowance, type LinearPattern, linearPattern } from '../../../adapter/linear-pattern.ts';
import { isRecord } from '../../../base/json.ts';
import type { OpenApiCall } from '../call/call.ts';
import type { Constraints, Model, Range, Shape, TypeShape } from '../call/shape.ts';
import { type InputFault, inputFaults } from '../fault.ts';

type Args = Readonly<Record<string, unknown>>;

/** Notes what is wrong with a value and with what stands in it; null and absent values have nothing wrong. */
type Check = (value: unknown, path: string, found: Findings) => void;

interface Findings {
  readonly faults: InputFault[];
  /** For all patterns of a request together. */
  readonly allowance: Allowance;
}

/** The work that patterns may make of one request; what is left over then is the backend's to check. */
const mostSteps = 2_000_000;

/** More faults than this are not gathered. */
const mostFaults = 20;

/**
 * Holds arguments against what the document demands of them, before anything is sent. Compiled from the shapes; where nothing is
 * demanded there is no check at all, and no value is walked.
 */
export class InputChecks {
  readonly #types: ReadonlyMap<string, TypeShape>;
  #demandingTypes: ReadonlySet<string> | undefined;
  readonly #patterns = new Map<string, LinearPattern>();
  readonly #named = new Map<string, Check>();

  constructor(model: Model) {
    this.#types = new Map(Object.entries(model.types));
  }

  /** Types in which, at any depth, something is demanded. */
  get #demanding(): ReadonlySet<string> {
    this.#demandingTypes ??= demandingTypes(this.#types);
    return this.#demandingTypes;
  }

  /** Throws BAD_USER_INPUT with all that is wrong; undefined where a call demands nothing. */
  of(call: OpenApiCall): ((args: Args) => void) | undefined {
    const checks = [...call.parameters, ...(call.body ? [call.body] : [])].flatMap(({ argument, shape }) => {
      const check = this.#of(shape);
      return check ? [{ argument, check }] : [];
    });
    if (checks.length === 0) return undefined;
    return args => {
      const found: Findings = { faults: [], allowance: { left: mostSteps } };
      for (const { argument, check } of checks) check(args[argument], argument, found);
      if (found.faults.length > 0) throw inputFaults(found.faults);
    };
  }

  /** Is one value as its shape demands? */
  allows(shape: Shape, value: unknown): boolean {
    const found: Findings = { faults: [], allowance: { left: mostSteps } };
    this.#of(shape)?.(value, '', found);
    return found.faults.length === 0;
  }

  #of(shape: Shape): Check | undefined {
    const outer = shape.constraints && this.#constraintCheck(shape, shape.constraints);
    const inner = this.#within(shape);
    if (!outer && !inner) return undefined;
    return (value, path, found) => {
      if (value === null || value === undefined || found.faults.length >= mostFaults) return;
      outer?.(value, path, found);
      inner?.(value, path, found);
    };
  }

  #within(shape: Shape): Check | undefined {
    switch (shape.kind) {
      case 'scalar':
        return undefined;
      case 'list': {
        const item = this.#of(shape.of);
        return (
          item &&
          ((value, path, found) => {
            for (const [index, each] of asList(value).entries()) item(each, `${path}.${index}`, found);
          })
        );
      }
      case 'map': {
        const item = this.#of(shape.value);
        return (
          item &&
          ((value, path, found) => {
            for (const [index, entry] of asList(value).entries())
              if (isRecord(entry)) item(entry['value'], `${path}.${index}.value`, found);
          })
        );
      }
      case 'type':
        return this.#demanding.has(shape.name)
          ? (value, path, found) => this.#ofType(shape.name)(value, path, found)
          : undefined;
    }
  }

  /** Compiled when a value is met: types may lead back to themselves. */
  #ofType(name: string): Check {
    const known = this.#named.get(name);
    if (known) return known;
    const type = this.#types.get(name);
    const fields =
      type?.kind === 'object'
        ? [...type.fields, ...(type.additional ? [type.additional] : [])]
        : type?.kind === 'oneOf'
          ? type.fields
          : [];
    const checks = fields.flatMap(field => {
      const check = this.#of(field.shape);
      return check ? [{ name: field.name, check }] : [];
    });
    const compiled: Check = (value, path, found) => {
      if (!isRecord(value)) return;
      for (const field of checks)
        if (Object.hasOwn(value, field.name)) field.check(value[field.name], `${path}.${field.name}`, found);
    };
    this.#named.set(name, compiled);
    return compiled;
  }

  #constraintCheck(shape: Shape, constraints: Constraints): Check {
    const patterns = (constraints.patterns ?? []).flatMap(source => {
      const matches = this.#pattern(source);
      return matches ? [{ source, matches }] : [];
    });
    return (value, path, found) => {
      const say = (reason: string | undefined) => {
        if (reason !== undefined) found.faults.push({ argument: path, reason });
      };
      if (shape.kind === 'list') {
        say(rangeFault(asList(value).length, constraints.items, 'item'));
        if (constraints.unique) say(repetition(asList(value)));
      } else if (shape.kind === 'map') {
        say(rangeFault(asList(value).length, constraints.members, 'entry'));
      } else if (shape.kind === 'type') {
        if (isRecord(value) && this.#types.get(shape.name)?.kind === 'object')
          say(rangeFault(this.#membersOf(shape.name, value), constraints.members, 'field'));
      } else {
        for (const reason of scalarFaults(value, shape.scalar, constraints)) say(reason);
        if (typeof value === 'string')
          for (const { source, matches } of patterns)
            if (matches(value, found.allowance) === false)
              say(`must match the pattern ${JSON.stringify(source.slice(0, 200))}`);
      }
    };
  }

  /** What is given of an object, with what stands beside its fields. */
  #membersOf(name: string, value: Args): number {
    const type = this.#types.get(name);
    const beside = type?.kind === 'object' ? type.additional?.name : undefined;
    return Object.entries(value).reduce((sum, [field, member]) => {
      if (member === undefined) return sum;
      if (field !== beside) return sum + 1;
      return sum + (Array.isArray(member) ? member.length : isRecord(member) ? Object.keys(member).length : 0);
    }, 0);
  }

  #pattern(source: string): LinearPattern | undefined {
    const known = this.#patterns.get(source);
    if (known) return known;
    const compiled = linearPattern(source);
    if ('problem' in compiled) return undefined;
    this.#patterns.set(source, compiled.matches);
    return compiled.matches;
  }
}

/** Of a client's single value, GraphQL makes a list (October 2021, 3.11). */
function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** Grows until nothing is added: types may lead back to themselves. */
function demandingTypes(types: ReadonlyMap<string, TypeShape>): ReadonlySet<string> {
  const usedBy = new Map<string, Set<string>>();
  const demanding = new Set<string>();
  for (const [name, type] of types) {
    const shapes =
      type.kind === 'object' || type.kind === 'oneOf'
        ? [
            ...type.fields.map(field => field.shape),
            ...(type.kind === 'object' && type.additional ? [type.additional.shape] : []),
          ]
        : [];
    for (const shape of shapes.flatMap(parts)) {
      if (shape.constraints) demanding.add(name);
      if (shape.kind === 'type') usedBy.set(shape.name, (usedBy.get(shape.name) ?? new Set()).add(name));
    }
  }
  for (const name of demanding) for (const user of usedBy.get(name) ?? []) demanding.add(user); // a Set goes on with what is added
  return demanding;
}

/** A shape and those of its items. */
function parts(shape: Shape): Shape[] {
  if (shape.kind === 'list') return [shape, ...parts(shape.of)];
  if (shape.kind === 'map') return [shape, ...parts(shape.value)];
  return [shape];
}

/** JSON may be of any kind: each keyword speaks of its own. */
function scalarFaults(value: unknown, scalar: string, constraints: Constraints): (string | undefined)[] {
  const { length, items, unique, members, values } = constraints;
  const isNumber =
    typeof value === 'number' || (typeof value === 'string' && (scalar === 'Int64' || scalar === 'Decimal'));
  if (isNumber) return [...numberFaults(String(value), constraints), values && valueFault(String(value), values)];
  if (typeof value === 'string')
    return [rangeFault(length && lengthOf(value), length, 'character'), values && valueFault(value, values)];
  if (typeof value === 'boolean') return [values && valueFault(String(value), values)];
  if (Array.isArray(value)) return [rangeFault(value.length, items, 'item'), unique && repetition(value)];
  return isRecord(value) ? [rangeFault(Object.keys(value).length, members, 'member')] : [];
}

function numberFaults(number: string, { least, most, multiplesOf }: Constraints): (string | undefined)[] {
  const below = least && compareDecimals(number, least.value);
  const above = most && compareDecimals(number, most.value);
  return [
    below !== undefined && (below < 0 || (below === 0 && least?.exclusive))
      ? `must be ${least?.exclusive ? 'greater than' : 'at least'} ${least?.value}`
      : undefined,
    above !== undefined && (above > 0 || (above === 0 && most?.exclusive))
      ? `must be ${most?.exclusive ? 'less than' : 'at most'} ${most?.value}`
      : undefined,
    ...(multiplesOf ?? []).map(divisor =>
      isMultipleOf(number, divisor) ? undefined : `must be a multiple of ${divisor}`,
    ),
  ];
}

function valueFault(written: string, values: NonNullable<Constraints['values']>): string | undefined {
  const isOne = values.some(value =>
    typeof value === 'number' ? compareDecimals(written, String(value)) === 0 : String(value) === written,
  );
  if (isOne) return undefined;
  const told = values.slice(0, 20).map(value => JSON.stringify(value));
  return `must be ${told.length === 1 ? '' : 'one of '}${told.join(', ')}${values.length > told.length ? ', …' : ''}`;
}

/** JSON Schema counts characters, not UTF-16. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function rangeFault(given: number | undefined, range: Range | undefined, unit: string): string | undefined {
  if (!range || given === undefined) return undefined;
  const [least, most = Number.POSITIVE_INFINITY] = range;
  if (given < least) return `must have at least ${counted(least, unit)}`;
  return given > most ? `must have at most ${counted(most, unit)}` : undefined;
}

function counted(count: number, unit: string): string {
  const plural = unit === 'entry' ? 'entries' : `${unit}s`;
  return `${count} ${count === 1 ? unit : plural}`;
}

/** JSON Schema Validation, 6.4.3. */
function repetition(values: readonly unknown[]): string | undefined {
  const met = new Map<string, number>();
  for (const [index, value] of values.entries()) {
    const text = canonical(value);
    const first = met.get(text);
    if (first !== undefined) return `must not hold a value twice: items ${first} and ${index} are equal`;
    met.set(text, index);
  }
  return undefined;
}

/** Equal values have equal texts: the members of an object in one order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value).sort();
  return `{${members.map(key => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}
