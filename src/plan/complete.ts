import { GraphQLError } from 'graphql';
import { GatewayError } from '../base/error.ts';
import { isRecord } from '../base/json.ts';
import { type Completing, leaf, listOf, nullable, remembered, typeNameOf, type Write } from './complete-value.ts';
import { type Fault, faultAt, type Path } from './fault.ts';
import { leafOf } from './leaf.ts';
import type {
  AbstractOutput,
  Answers,
  EntityStep,
  ListOutput,
  ObjectOutput,
  Output,
  OutputField,
  Plan,
  Step,
} from './plan.ts';
import { rootParent } from './plan.ts';
import { blamed, type Site } from './site.ts';

/** What an operation came to. */
export interface Executed {
  /** JSON text. */
  readonly data: string;
  readonly faults: readonly Fault[];
}

type WriteField = (parent: unknown, record: Record, at: Path | undefined, state: Completing) => string | undefined;
type Record = Readonly<globalThis.Record<string, unknown>> | undefined;

interface Compiled {
  readonly fields: readonly WriteField[];
  readonly complete: (answers: readonly Answers[]) => Executed;
}

const compiled = new WeakMap<Plan, Compiled>();
const parts = new WeakMap<EntityStep, Write>();

/**
 * Completes what was fetched, exactly as graphql-js would (GraphQL October 2021, 6.4.3 and 6.4.4), and writes it as JSON. Compiled to
 * closures, once for a plan: needs no code generation.
 */
export function completerOf(plan: Plan): (answers: readonly Answers[]) => Executed {
  return compiledOf(plan).complete;
}

/** Does this field of the root take all data with it? Then a mutation ends here (GraphQL October 2021, 6.2.2). */
export function endsAll(plan: Plan, field: number, answers: readonly Answers[]): boolean {
  const write = compiledOf(plan).fields[field];
  return write !== undefined && write(rootParent, undefined, undefined, completing(answers)) === undefined;
}

/** The JSON text of a value that was held against its type before there was any request. */
export function textOf(output: Output, value: unknown): string {
  const state = completing([]);
  const write = new Compiler([], undefined).value(
    output,
    { typeName: '', fieldName: '', nodes: [], blame: undefined },
    false,
  );
  const text = write(value, undefined, '', state);
  if (text === undefined || state.faults.length > 0) throw new TypeError('A value that was checked cannot be written.');
  return text;
}

/** What is wrong with the part that an entity step joined, so that nothing of it is left. */
export function partFault(plan: Plan, step: EntityStep, part: unknown, answers: readonly Answers[]): Error | undefined {
  const state = completing(answers);
  let write = parts.get(step);
  if (!write) {
    const site = { typeName: step.entity.plan.typeName, fieldName: step.entity.plan.key, nodes: [], blame: step.blame };
    write = new Compiler(plan.steps, step.blame).bare(step.output, site, true);
    parts.set(step, write);
  }
  return write(part, undefined, '', state) === undefined ? state.faults.at(-1)?.error : undefined;
}

function compiledOf(plan: Plan): Compiled {
  const known = compiled.get(plan);
  if (known) return known;
  const compiler = new Compiler(plan.steps, undefined);
  const fields = compiler.fields(plan.root);
  const write = joined(fields);
  const complete = (answers: readonly Answers[]): Executed => {
    const state = completing(answers);
    return { data: write(rootParent, undefined, undefined, state) ?? 'null', faults: state.faults };
  };
  const made = { fields, complete };
  compiled.set(plan, made);
  return made;
}

function completing(answers: readonly Answers[]): Completing {
  return { answers, faults: [], texts: [] };
}

function joined(fields: readonly WriteField[]): WriteField {
  return (parent, record, at, state) => {
    let text = '{';
    for (const field of fields) {
      const piece = field(parent, record, at, state);
      if (piece === undefined) return undefined;
      text += piece;
    }
    return `${text}}`;
  };
}

/** Makes closures of outputs. `blame` is that of the step whose value is completed. */
class Compiler {
  readonly #steps: readonly Step[];
  readonly #blame: Site['blame'];
  /** One object may stand in many branches. */
  readonly #objects = new Map<ObjectOutput, Write>();

  constructor(steps: readonly Step[], blame: Site['blame']) {
    this.#steps = steps;
    this.#blame = blame;
  }

  fields(output: ObjectOutput): readonly WriteField[] {
    return output.fields.map((field, index) => {
      const label = `${index === 0 ? '' : ','}${JSON.stringify(field.responseKey)}:`;
      const write = this.#field(field, output.typeName);
      return (parent, record, at, state) => {
        const text = write(parent, record, at, state);
        return text === undefined ? undefined : label + text;
      };
    });
  }

  #field(field: OutputField, typeName: string): WriteField {
    const { responseKey, from } = field;
    const site: Site = { typeName, fieldName: field.name, nodes: field.nodes, blame: this.#blame };
    if (from.kind === 'typename') {
      const text = JSON.stringify(typeName);
      return () => text;
    }
    if (from.kind === 'canned') {
      const { answer } = from;
      if ('text' in answer) return () => answer.text;
      if ('answered' in answer) return this.#cannedField(field, answer.answered, site);
      return (_parent, _record, at, state) => {
        state.faults.push(faultAt(answer.error, at, responseKey, site.nodes, false));
        return 'null';
      };
    }
    if (from.kind === 'namespace') return this.#namespaceField(field);
    if (from.kind === 'property') {
      const { key } = from;
      const write = this.value(field.output, site, true);
      return (_parent, record, at, state) =>
        write(record && Object.hasOwn(record, key) ? record[key] : undefined, at, responseKey, state);
    }
    return from.kind === 'step' ? this.#stepField(field, from.step, site) : this.#joinedField(field, from, site);
  }

  #namespaceField({ responseKey, output }: OutputField): WriteField {
    if (output.kind !== 'object') throw new TypeError('A namespace is an object.');
    const write = joined(this.fields(output));
    return (parent, record, at, state) => write(parent, record, { above: at, key: responseKey }, state);
  }

  /** What is wrong with it is no source's fault. */
  #cannedField({ responseKey, output }: OutputField, answered: number, site: Site): WriteField {
    const write = new Compiler(this.#steps, undefined).value(output, { ...site, blame: undefined }, false);
    return (_parent, _record, at, state) => write(state.answers[answered]?.get(rootParent), at, responseKey, state);
  }

  #stepField({ responseKey, output }: OutputField, id: number, site: Site): WriteField {
    const step = this.#steps[id];
    const inner = new Compiler(this.#steps, step?.blame);
    const below = step?.kind === 'root';
    const bare = remembered(id, inner.bare(output, { ...site, blame: step?.blame }, below), step?.kind === 'link');
    // What a root field's source answered is its own affair; what a link finds, the client's schema judges.
    const top = { ...site, blame: below ? step.blame : undefined };
    const write = nullable(bare, output.nonNull, top, below, false);
    return (parent, _record, at, state) => write(state.answers[id]?.get(parent), at, responseKey, state);
  }

  #joinedField(field: OutputField, from: { readonly step: number; readonly nonNull: boolean }, site: Site): WriteField {
    const { responseKey } = field;
    const step = this.#steps[from.step];
    const part = step?.output.kind === 'object' ? step.output : undefined;
    const inPart = part?.fields.find(candidate => candidate.responseKey === responseKey);
    const unblamed: Site = { ...site, blame: undefined };
    const missing = nullable(() => undefined, from.nonNull, unblamed, false, false);
    if (!inPart) return (_parent, _record, at, state) => missing(null, at, responseKey, state);
    // A null that the part does not allow has taken all of the part before: see `run.ts`.
    const inner = new Compiler(this.#steps, step?.blame);
    const own: OutputField = { ...inPart, output: { ...inPart.output, nonNull: false } };
    const write = inner.#field(own, site.typeName);
    return (parent, _record, at, state) => {
      const joint = state.answers[from.step]?.get(parent);
      if (joint === null || joint === undefined || joint instanceof Error)
        return missing(joint, at, responseKey, state);
      const before = state.faults.length;
      const text = write(joint, isRecord(joint) ? joint : undefined, at, state);
      if (text !== 'null' || !from.nonNull) return text;
      return state.faults.length > before ? undefined : missing(null, at, responseKey, state);
    };
  }

  value(output: Output, site: Site, below: boolean): Write {
    return nullable(this.bare(output, site, below), output.nonNull, site, below, true);
  }

  /** Of values that are neither null nor an Error. */
  bare(output: Output, site: Site, below: boolean): Write {
    switch (output.kind) {
      case 'leaf':
        return leaf(leafOf(output), site);
      case 'list':
        return this.#list(output, site, below);
      case 'object':
        return this.#object(output);
      case 'abstract':
        return this.#abstract(output, site);
    }
  }

  #list({ of }: ListOutput, site: Site, below: boolean): Write {
    const write = this.value(of, site, below);
    return (value, above, key, state) => {
      const list = listOf(value);
      if (!list) {
        const message = `Expected Iterable, but did not find one for field "${site.typeName}.${site.fieldName}".`;
        state.faults.push(faultAt(blamed(site, new GraphQLError(message)), above, key, site.nodes, false));
        return undefined;
      }
      const at = { above, key };
      let text = '[';
      for (let index = 0; index < list.length; index += 1) {
        const piece = write(list[index], at, index, state);
        if (piece === undefined) return undefined;
        text += index === 0 ? piece : `,${piece}`;
      }
      return `${text}]`;
    };
  }

  #object(output: ObjectOutput): Write {
    const known = this.#objects.get(output);
    if (known) return known;
    const write = joined(this.fields(output));
    const made: Write = (value, above, key, state) =>
      write(value, isRecord(value) ? value : undefined, { above, key }, state);
    this.#objects.set(output, made);
    return made;
  }

  #abstract({ branches }: AbstractOutput, site: Site): Write {
    const writes = new Map([...branches].map(([name, output]) => [name, this.#object(output)]));
    return (value, above, key, state) => {
      const write = writes.get(typeNameOf(value));
      if (write) return write(value, above, key, state);
      const error = new GatewayError('UPSTREAM_MALFORMED', 'The backend answered with an object of an unknown kind.');
      state.faults.push(faultAt(error, above, key, site.nodes, false));
      return undefined;
    };
  }
}
