import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import type { AbstractOutput, LeafOutput, ListOutput, ObjectOutput, Output, OutputField, Plan } from '../plan.ts';
import { rootParent } from '../plan.ts';
import { bail } from './bail.ts';
import { jsonString } from './json-string.ts';
import { type LeafText, leafText } from './leaf-text.ts';
import { quote } from './quote.ts';
import { concatenated, type Piece, Script } from './script.ts';

/** What becomes of a leaf's value (never null) before it is serialized, by the client's coordinate of its field. */
export type LeafTransforms = ReadonlyMap<Coordinate, (value: unknown) => unknown>;

/** The body of a function with the parameter `given` that returns the plan's writer; and what is to be given to it. */
export interface WriterSource {
  readonly body: string;
  readonly given: readonly unknown[];
}

/** Undefined where the plan has something that only the completer can do. */
export function writerSource(plan: Plan, transforms: LeafTransforms = new Map()): WriterSource | undefined {
  try {
    return new Emitter(plan, transforms).source();
  } catch (error) {
    if (error instanceof Unwritable) return undefined;
    throw error;
  }
}

class Unwritable extends Error {}

/** One function for each object, abstract type and list: each takes a value, gives its JSON text, and throws where it cannot. */
class Emitter {
  readonly #plan: Plan;
  readonly #transforms: LeafTransforms;
  readonly #script = new Script();
  readonly #objects = new Map<ObjectOutput, string>();
  readonly #abstracts = new Map<AbstractOutput, string>();
  /** Variables of the steps that the answer is read from, by step id. */
  readonly #steps = new Map<number, string>();
  readonly #memos: string[] = [];
  readonly #bail: string;
  readonly #isArray: string;
  readonly #error: string;

  constructor(plan: Plan, transforms: LeafTransforms) {
    this.#plan = plan;
    this.#transforms = transforms;
    this.#bail = `throw ${this.#script.give(bail)};`;
    this.#isArray = this.#script.give(Array.isArray);
    this.#error = this.#script.give(Error);
  }

  source(): WriterSource {
    const root = this.#script.name('f');
    this.#script.define(root, this.#written(this.#plan.root));
    const set = [
      ...[...this.#steps].map(([id, name]) => [name, `answers[${id}]`]),
      ...this.#memos.map(name => [name, 'new Map()']),
    ];
    const body = this.#script.body([
      ...set.map(([name]) => `let ${name};`),
      'return answers => {',
      ...set.map(([name, value]) => `${name} = ${value};`),
      `try { return ${root}(${this.#script.give(rootParent)}); } catch { return undefined; }`,
      `finally { ${set.map(([name]) => `${name} = undefined;`).join(' ')} }`,
      '};',
    ]);
    return { body, given: this.#script.given };
  }

  #object(output: ObjectOutput): string {
    const known = this.#objects.get(output);
    if (known !== undefined) return known;
    const name = this.#script.name('f');
    this.#objects.set(output, name);
    this.#script.define(name, [`if (v === null || ${this.#noObject('v')}) ${this.#bail}`, ...this.#written(output)]);
    return name;
  }

  #noObject(value: string): string {
    return `typeof ${value} !== 'object' || ${this.#isArray}(${value}) || ${value} instanceof ${this.#error}`;
  }

  /** Statements that return the text of `v`, an object (or the root). */
  #written(output: ObjectOutput): string[] {
    const pieces: Piece[] = [];
    output.fields.forEach((field, index) => {
      pieces.push({ fixed: `${index === 0 ? '{' : ','}${jsonString(field.responseKey)}:` });
      pieces.push(this.#field(field, 'v', output.typeName));
    });
    pieces.push({ fixed: output.fields.length === 0 ? '{}' : '}' });
    return ['let t;', ...this.#parts(output), ...concatenated(pieces), 'return s;'];
  }

  #field({ name, output, from, responseKey }: OutputField, parent: string, typeName: string): Piece {
    const at = coordinate(typeName, name);
    switch (from.kind) {
      case 'typename':
        return { fixed: jsonString(typeName) };
      case 'namespace':
        return { code: `${this.#namespace(output)}(${parent})` };
      case 'canned':
        if ('error' in from.answer) throw new Unwritable();
        if ('text' in from.answer) return { fixed: from.answer.text };
        return { code: this.#value(output, this.#answered(from.answer.answered), at) };
      case 'property':
        return { code: this.#value(output, this.#read(parent, from.key), at) };
      case 'step':
        return { code: this.#found(from.step, output, parent, at) };
      case 'joined': {
        const inPart = this.#partOf(from.step).fields.find(field => field.responseKey === responseKey);
        const piece = inPart ? this.#inPart(inPart, from.step, typeName, from.nonNull) : { fixed: 'null' };
        if (!inPart && from.nonNull) throw new Unwritable();
        const written = 'code' in piece ? piece.code : quote(piece.fixed);
        return { code: `(${joint(from.step)} == null ? 'null' : ${written})` };
      }
    }
  }

  #namespace(output: Output): string {
    if (output.kind !== 'object') throw new Unwritable();
    const name = this.#script.name('f');
    this.#script.define(name, this.#written(output));
    return name;
  }

  /** A property is an object's own. What no object inherits can be read outright. */
  #read(parent: string, key: string): string {
    const read = `${parent}[${quote(key)}]`;
    if (!(key in Object.prototype)) return read;
    return `(${this.#script.give(Object.hasOwn)}(${parent}, ${quote(key)}) ? ${read} : undefined)`;
  }

  /** An expression for the text of what an expression gives. */
  #value(output: Output, value: string, at: Coordinate): string {
    const write = this.#writerOf(output, at);
    return output.nonNull ? `${write}(${value})` : `((t = ${value}) == null ? 'null' : ${write}(t))`;
  }

  #writerOf(output: Output, at: Coordinate): string {
    switch (output.kind) {
      case 'leaf':
        return this.#leaf(output, at);
      case 'list':
        return this.#list(output, at);
      case 'object':
        return this.#object(output);
      case 'abstract':
        return this.#abstract(output);
    }
  }

  /** The place for transforms of output: code is compiled for a coordinate, so one without a transform pays nothing. */
  #leaf(output: LeafOutput, at: Coordinate): string {
    const text = leafText(output);
    const transform = this.#transforms.get(at);
    if (!transform) return this.#script.give(text);
    const transformed: LeafText = value => {
      if (value === null || value === undefined) throw bail;
      return text(transform(value));
    };
    return this.#script.give(transformed);
  }

  #list({ of }: ListOutput, at: Coordinate): string {
    const name = this.#script.name('f');
    this.#script.define(name, [
      `if (!${this.#isArray}(v)) ${this.#bail}`,
      'const n = v.length;',
      "if (n === 0) return '[]';",
      'let t;',
      `let s = '[' + ${this.#value(of, 'v[0]', at)};`,
      `for (let i = 1; i < n; i++) s += ',' + ${this.#value(of, 'v[i]', at)};`,
      "return s + ']';",
    ]);
    return name;
  }

  #abstract(output: AbstractOutput): string {
    const known = this.#abstracts.get(output);
    if (known !== undefined) return known;
    const name = this.#script.name('f');
    this.#abstracts.set(output, name);
    const branches = [...new Set(output.branches.values())];
    const indexes = new Map([...output.branches].map(([typeName, branch]) => [typeName, branches.indexOf(branch)]));
    this.#script.define(name, [
      `if (v === null || typeof v !== 'object') ${this.#bail}`,
      `switch (${this.#script.give(indexes)}.get(v['__typename'])) {`,
      ...branches.map((branch, index) => `case ${index}: return ${this.#object(branch)}(v);`),
      `default: ${this.#bail}`,
      '}',
    ]);
    return name;
  }

  /** What a step came to for a parent. One answer may be that of many parents of a link: it is written once. */
  #found(id: number, output: Output, parent: string, at: Coordinate): string {
    const found = `${this.#answers(id)}.get(${parent})`;
    const step = this.#plan.steps[id];
    if (step?.kind !== 'link' || output.kind === 'leaf') return this.#value(output, found, at);
    const [name, memo] = [this.#script.name('f'), this.#script.name('m')];
    this.#memos.push(memo);
    this.#script.define(name, [
      `let s = ${memo}.get(v);`,
      `if (s === undefined) ${memo}.set(v, s = ${this.#writerOf(output, at)}(v));`,
      'return s;',
    ]);
    return output.nonNull ? `${name}(${found})` : `((t = ${found}) == null ? 'null' : ${name}(t))`;
  }

  #answered(id: number): string {
    return `${this.#answers(id)}.get(${this.#script.give(rootParent)})`;
  }

  #answers(id: number): string {
    const name = this.#steps.get(id) ?? this.#script.name('a');
    this.#steps.set(id, name);
    return name;
  }

  /**
   * Statements that read what entity steps joined to `v`. Null is a part that is not there; what is in a part is whole, or the part is
   * none: so its fields that are not asked for here are tried too.
   */
  #parts({ fields, typeName }: ObjectOutput): string[] {
    const keys = new Map<number, Set<string>>();
    const required = new Set<number>();
    for (const { from, responseKey } of fields) {
      if (from.kind !== 'joined') continue;
      keys.set(from.step, (keys.get(from.step) ?? new Set()).add(responseKey));
      if (from.nonNull) required.add(from.step);
    }
    return [...keys].flatMap(([id, written]) => {
      const part = joint(id);
      const tried = this.#partOf(id).fields.flatMap(field => {
        const piece = written.has(field.responseKey) ? undefined : this.#inPart(field, id, typeName, false);
        return piece && 'code' in piece ? [`if (${part} !== null) ${piece.code};`] : [];
      });
      return [
        `const ${part} = ${this.#answers(id)}.get(v) ?? null;`,
        `if (${part} === null) { ${required.has(id) ? this.#bail : ''} } else if (${this.#noObject(part)}) ${this.#bail}`,
        ...tried,
      ];
    });
  }

  #partOf(id: number): ObjectOutput {
    const output = this.#plan.steps[id]?.output;
    if (output?.kind !== 'object') throw new Unwritable();
    return output;
  }

  #inPart(field: OutputField, step: number, typeName: string, nonNull: boolean): Piece {
    if (field.from.kind === 'joined') throw new Unwritable();
    const output = nonNull ? { ...field.output, nonNull } : field.output;
    return this.#field({ ...field, output }, joint(step), typeName);
  }
}

function joint(step: number): string {
  return `j${step}`;
}
