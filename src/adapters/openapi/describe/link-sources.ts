import type { FieldDefinitionNode } from 'graphql';
import { field, named } from '../../../adapter/definitions.ts';
import { fieldName, shortHash } from '../../../base/names.ts';
import type { CallParameter, CarriedField, CarriedValue } from '../call/call.ts';
import type { Shape, TypeShape } from '../call/shape.ts';
import type { OperationSite } from '../document/operation.ts';
import type { RuntimeExpression } from '../document/runtime-expression.ts';
import { hasProperty } from '../types/has-property.ts';
import type { Arguments } from './describe-arguments.ts';

/** A link's argument as `@resolve` takes it, or why there is none. */
export type LinkSource = { readonly template: unknown; readonly carried?: Carried } | { readonly problem: string };

/** What an answer must carry, and the field for it. */
export interface Carried {
  readonly from: CarriedField;
  readonly definition: FieldDefinitionNode;
}

/** The object that a link stands on, and the operation that it comes from. */
interface Origin {
  readonly type: string;
  readonly shape: Shape;
  readonly from: { readonly name: string; readonly site: OperationSite; readonly args: Arguments };
}

/**
 * Finds what the runtime expressions of a link read. What is in the body is read of the object itself; what is not is carried on it, in a
 * field that no client sees.
 */
export class LinkSources {
  readonly #types: Readonly<Record<string, TypeShape>>;
  readonly #origin: Origin;

  constructor(types: Readonly<Record<string, TypeShape>>, origin: Origin) {
    this.#types = types;
    this.#origin = origin;
  }

  /** `wanted`: the type of the argument that it is for. */
  find(expression: RuntimeExpression, wanted: Shape): LinkSource {
    const { shape, from } = this.#origin;
    switch (expression.from) {
      case 'answer': {
        const way = this.#way(shape, expression.pointer);
        return typeof way === 'string' ? { problem: way } : { template: `$parent.${way.join('.')}` };
      }
      case 'answer-header':
        return this.#carry({ header: expression.name }, `header ${expression.name}`, wanted);
      case 'status':
        return this.#carry({ status: true }, 'status', wanted);
      case 'method':
        return { template: from.site.method };
      case 'url':
        return { problem: "$url is the backend's address, which does not leave the gateway." };
      case 'parameter':
        return this.#parameter(expression.in, expression.name, wanted);
      case 'body': {
        const { body } = from.args;
        if (!body) return { problem: `${from.name} takes no body.` };
        const way = this.#way(body.shape, expression.pointer);
        if (typeof way === 'string') return { problem: way };
        return this.#carry({ argument: body.argument, path: way }, `body ${way.join(' ')}`, wanted);
      }
    }
  }

  /** A text of several parts: put together where all of them are known. */
  text(parts: readonly (string | RuntimeExpression)[], wanted: Shape): LinkSource {
    const values: (string | CarriedValue)[] = [];
    for (const part of parts) {
      if (typeof part === 'string') {
        values.push(part);
        continue;
      }
      if (part.from === 'answer') {
        const way = this.#way(this.#origin.shape, part.pointer);
        if (typeof way === 'string') return { problem: way };
        values.push({ body: way });
        continue;
      }
      const source = this.find(part, wanted);
      if ('problem' in source) return source;
      if (source.carried) values.push(...[source.carried.from.of].flat());
      else values.push(String(source.template));
    }
    return this.#carry(values, `text ${JSON.stringify(values)}`, wanted);
  }

  #parameter(place: CallParameter['in'], name: string, wanted: Shape): LinkSource {
    const { name: operation, args } = this.#origin.from;
    const key = (text: string) => (place === 'header' ? text.toLowerCase() : text);
    const given = args.parameters.find(parameter => parameter.in === place && key(parameter.name) === key(name));
    if (!given) return { problem: `${operation} has no argument for its parameter "${name}" (${place}).` };
    if (!this.#isLeaf(given.shape)) return { problem: `the parameter "${name}" of ${operation} is no single value.` };
    return this.#carry({ argument: given.argument, path: [] }, `${place} ${key(name)}`, wanted);
  }

  /** Texts fit wherever a value of one word does; a Boolean fits a Boolean alone. */
  #carry(of: CarriedField['of'], called: string, wanted: Shape): LinkSource {
    const leaf = wanted.kind === 'list' ? wanted.of : wanted;
    const isFlag = leaf.kind === 'scalar' && leaf.scalar === 'Boolean';
    const name = this.#freeName(isFlag ? `flag ${called}` : called);
    const definition = field(name, named(isFlag ? 'Boolean' : 'String'));
    return { template: `$parent.${name}`, carried: { from: { name, of }, definition } };
  }

  /** The same for the same thing, whichever operation's answer carries it. */
  #freeName(called: string): string {
    const { type } = this.#origin;
    const spoken = called.replaceAll(' ', '_');
    const isPlain = fieldName(spoken) === spoken && called.split(' ').every(word => !word.includes('_'));
    const name = `_carried_${isPlain ? spoken : `${fieldName(spoken)}_${shortHash(called)}`}`;
    return hasProperty(this.#types[type], name) ? `${name}_${shortHash(`${type} ${called}`)}` : name;
  }

  /** The fields that a pointer leads along, to a value; or why it leads nowhere. */
  #way(shape: Shape, pointer: readonly string[]): readonly string[] | string {
    let at = shape;
    const way: string[] = [];
    for (const token of pointer) {
      const type = at.kind === 'type' ? this.#types[at.name] : undefined;
      const found = type?.kind === 'object' ? type.fields.find(({ wire }) => wire === token) : undefined;
      if (!found) return `nothing is known of "${token}" in ${at.kind === 'type' ? at.name : 'what is there'}.`;
      way.push(found.name);
      at = found.shape;
    }
    if (way.length === 0) return 'a body as a whole is no value.';
    if (!this.#isLeaf(at.kind === 'list' ? at.of : at)) return `"/${pointer.join('/')}" is no single value.`;
    return way;
  }

  #isLeaf(shape: Shape): boolean {
    if (shape.kind === 'type') return this.#types[shape.name]?.kind === 'enum';
    return shape.kind === 'scalar' && shape.scalar !== 'JSON';
  }
}
