import { type FieldDefinitionNode, type InputValueDefinitionNode, Kind, type TypeNode } from 'graphql';
import { listOf, named, nonNull } from '../../../adapter/definitions.ts';
import type { OpenApiCall } from '../call/call.ts';
import type { FieldShape, Shape, TypeShape } from '../call/shape.ts';
import { optionNames } from './names.ts';
import type { TypeDraft } from './type-drafts.ts';

/** Writes what speaks of types as if they had been called otherwise from the beginning. Most of it speaks of none of them, and is the same object. */
export class TypeRenaming {
  readonly #names: ReadonlyMap<string, string>;

  /** What types were called while they were read, and what they are called; any other keeps its name. */
  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
  }

  get isEmpty(): boolean {
    return this.#names.size === 0;
  }

  name(given: string): string {
    return this.#names.get(given) ?? given;
  }

  /** Of a type, or of a field of one. */
  element(given: string): string {
    const [type = '', ...field] = given.split('.');
    return [this.name(type), ...field].join('.');
  }

  shape(shape: Shape): Shape {
    switch (shape.kind) {
      case 'scalar':
        return shape;
      case 'type':
        return this.#names.has(shape.name) ? { ...shape, name: this.name(shape.name) } : shape;
      case 'list': {
        const of = this.shape(shape.of);
        return of === shape.of ? shape : { ...shape, of };
      }
      case 'map': {
        const value = this.shape(shape.value);
        const isSame = value === shape.value && !this.#names.has(shape.entry);
        return isSame ? shape : { ...shape, entry: this.name(shape.entry), value };
      }
    }
  }

  draft(draft: TypeDraft): TypeDraft {
    const [name, shape] = [this.name(draft.name), this.#type(draft.shape)];
    return name === draft.name && shape === draft.shape ? draft : { ...draft, name, shape };
  }

  field(field: FieldDefinitionNode): FieldDefinitionNode {
    const type = this.#node(field.type);
    const args = field.arguments && this.arguments(field.arguments);
    return type === field.type && args === field.arguments
      ? field
      : { ...field, type, ...(args ? { arguments: args } : {}) };
  }

  arguments(args: readonly InputValueDefinitionNode[]): readonly InputValueDefinitionNode[] {
    return each(args, argument => {
      const type = this.#node(argument.type);
      return type === argument.type ? argument : { ...argument, type };
    });
  }

  /** Anything with a shape: a parameter, a body, a field. */
  shaped<T extends { readonly shape?: Shape }>(part: T): T {
    const shape = part.shape && this.shape(part.shape);
    return shape === part.shape ? part : { ...part, shape };
  }

  call(call: OpenApiCall): OpenApiCall {
    const { parameters, body, responses, stream, inbound, failures, envelope } = call;
    return {
      ...call,
      parameters: each(parameters, parameter => this.shaped(parameter)),
      ...(body ? { body: this.shaped(body) } : {}),
      responses: this.responses(responses),
      ...(stream ? { stream: this.shaped(stream) } : {}),
      ...(inbound?.contents
        ? { inbound: { ...inbound, contents: inbound.contents.map(content => this.shaped(content)) } }
        : {}),
      ...(failures ? { failures: failures.map(failure => this.#failure(failure)) } : {}),
      ...(envelope === undefined ? {} : { envelope: this.name(envelope) }),
    };
  }

  responses(responses: OpenApiCall['responses']): OpenApiCall['responses'] {
    return each(responses, response => {
      const { member } = response;
      const shaped = this.shaped(response);
      return member ? { ...shaped, member: { ...member, type: this.name(member.type) } } : shaped;
    });
  }

  /** The types of one that is no member of the result are none of the model's: they keep their names. */
  #failure<T extends NonNullable<OpenApiCall['failures']>[number]>(failure: T): T {
    return failure.type === undefined ? failure : { ...this.shaped(failure), type: this.name(failure.type) };
  }

  #type(type: TypeShape): TypeShape {
    switch (type.kind) {
      case 'enum':
        return type;
      case 'object': {
        const fields = each(type.fields, field => this.shaped(field));
        const additional = type.additional && this.shaped(type.additional);
        if (fields === type.fields && additional === type.additional) return type;
        return { ...type, fields, ...(additional ? { additional } : {}) };
      }
      case 'oneOf': {
        const fields = type.fields.map(field => this.shaped(field));
        const names = optionNames(fields.map(({ shape }) => shape));
        return { ...type, fields: fields.map((field, index) => ({ ...field, name: names[index]! })) };
      }
      case 'union':
        return this.#union(type);
    }
  }

  #union(union: Extract<TypeShape, { kind: 'union' }>): TypeShape {
    const { members, discriminator, inner, otherwise } = union;
    const boxed = (field: FieldShape | undefined) => (field ? { boxed: this.shaped(field) } : {});
    return {
      ...union,
      members: members.map(member => ({ ...member, type: this.name(member.type), ...boxed(member.boxed) })),
      ...(discriminator ? { discriminator: this.#discriminator(discriminator) } : {}),
      ...(inner ? { inner: inner.map(each => this.#discriminator(each)) } : {}),
      ...(otherwise === undefined ? {} : { otherwise: this.name(otherwise) }),
    };
  }

  #discriminator<T extends NonNullable<Extract<TypeShape, { kind: 'union' }>['discriminator']>>(written: T): T {
    const { mapping, otherwise } = written;
    return {
      ...written,
      mapping: mapping.map(([value, type]) => [value, this.name(type)] as const),
      ...(otherwise === undefined ? {} : { otherwise: this.name(otherwise) }),
    };
  }

  #node(type: TypeNode): TypeNode {
    if (type.kind === Kind.NAMED_TYPE)
      return this.#names.has(type.name.value) ? named(this.name(type.name.value)) : type;
    const inner = this.#node(type.type);
    if (inner === type.type) return type;
    return type.kind === Kind.LIST_TYPE ? listOf(inner) : nonNull(inner);
  }
}

/** The parts as they are written; the same list, where all of them are the same. */
function each<T>(parts: readonly T[], write: (part: T) => T): readonly T[] {
  const written = parts.map(write);
  return written.every((part, index) => part === parts[index]) ? parts : written;
}
