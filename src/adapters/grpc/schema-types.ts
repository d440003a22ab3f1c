import type { DescEnum, DescField, DescMessage, DescOneof } from '@bufbuild/protobuf';
import type { InputValueDefinitionNode, TypeDefinitionNode, TypeNode } from 'graphql';
import {
  enumType,
  enumValue,
  inputType,
  inputValue,
  listOf,
  named,
  nonNull,
  objectType,
  oneOfInputType,
  scalarType,
  field as sdlField,
} from '../../adapter/definitions.ts';
import { scalarNames } from '../../adapter/scalars.ts';
import { pascalName } from '../../base/names.ts';
import { isRequiredInput } from './annotations.ts';
import { enumValueName, memberNames, valueNames } from './names.ts';
import { isImplicit, isLegacyRequired } from './presence.ts';
import { joined } from './proto/full-name.ts';
import { mayBeNull, nullValue, scalarOf, scalarOfMessage } from './scalar-of.ts';
import { derivedNames, shortNames } from './type-names.ts';

/** The types that results and arguments of methods need, and how their fields are typed. */
export class SchemaTypes {
  readonly #comments: ReadonlyMap<string, string>;
  readonly #outputs: ReadonlySet<DescMessage>;
  readonly #inputs: ReadonlySet<DescMessage>;
  readonly #enums: ReadonlySet<DescEnum>;
  readonly #requests: ReadonlySet<DescMessage>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #derived: ReadonlyMap<string, string>;
  readonly #scalars = new Set<string>();

  constructor(
    requests: ReadonlySet<DescMessage>,
    replies: ReadonlySet<DescMessage>,
    comments: ReadonlyMap<string, string>,
  ) {
    this.#comments = comments;
    this.#requests = requests;
    this.#outputs = reachable(replies);
    const inner = [...requests]
      .filter(isComposite)
      .flatMap(request => request.fields.flatMap(({ message }) => message ?? []));
    this.#inputs = reachable(new Set(inner));
    this.#enums = enumsOf([...requests, ...this.#inputs, ...this.#outputs]);
    this.#names = shortNames(new Set([...this.#outputs, ...this.#inputs, ...requests, ...this.#enums]));
    this.#derived = derivedNames(this.#names, this.#wishes());
  }

  /** The named types, the scalars that were asked for among them. */
  definitions(): TypeDefinitionNode[] {
    const composed = [
      ...[...this.#outputs].flatMap(message => this.#output(message)),
      ...[...this.#inputs].map(message => this.#input(message)),
      ...[...this.#requests, ...this.#inputs].flatMap(message => this.#inputParts(message)),
      ...[...this.#enums].map(declared => this.#enum(declared)),
    ];
    const unique = new Map(composed.map(type => [type.name.value, type]));
    return [...[...this.#scalars].sort().map(scalarType), ...unique.values()];
  }

  /** The result of a method; nullable, so that one failing call spoils only itself. */
  result(reply: DescMessage): TypeNode {
    return this.#outputOf(reply);
  }

  /** The arguments of a method: the request's fields, or `input` where GraphQL has a scalar for the request. */
  args(request: DescMessage): InputValueDefinitionNode[] {
    if (isComposite(request)) return this.#inputFields(request);
    return request.fields.length === 0 ? [] : [inputValue('input', this.#scalar(scalarOfMessage(request)!))];
  }

  /** Is the message a type here, or the arguments of a method? */
  has(message: DescMessage): boolean {
    return this.#outputs.has(message) || this.#inputs.has(message) || this.#requests.has(message);
  }

  /** What the file says of a declaration. */
  remarks(fullName: string, deprecated: boolean) {
    return { description: this.#comments.get(fullName), deprecated };
  }

  #wishes(): Map<string, string> {
    const wishes = new Map<string, string>();
    const nameOf = (message: DescMessage) => this.#names.get(message.typeName)!;
    for (const message of this.#outputs) {
      for (const oneof of message.oneofs) wishes.set(caseKey(oneof), `${nameOf(message)}${pascalName(oneof.name)}Case`);
      for (const field of maps(message))
        wishes.set(entryKey(field, ''), `${nameOf(message)}${pascalName(field.name)}Entry`);
    }
    for (const message of this.#inputs) {
      const name = nameOf(message);
      wishes.set(inputKey(message), name.endsWith('Input') && !this.#outputs.has(message) ? `${name}` : `${name}Input`);
    }
    for (const message of new Set([...this.#inputs, ...this.#requests])) {
      for (const oneof of message.oneofs)
        wishes.set(oneofKey(oneof), `${nameOf(message)}${pascalName(oneof.name)}Input`);
      for (const field of maps(message))
        wishes.set(entryKey(field, 'Input'), `${nameOf(message)}${pascalName(field.name)}EntryInput`);
    }
    return wishes;
  }

  #output(message: DescMessage): TypeDefinitionNode[] {
    const names = memberNames(message);
    const fields = message.fields.map(field =>
      sdlField(names.field.get(field.name)!, this.#outputType(field), this.#fieldRemarks(field)),
    );
    const types: TypeDefinitionNode[] = [];
    for (const oneof of message.oneofs) {
      const caseName = this.#derived.get(caseKey(oneof))!;
      const members = oneof.fields.map(field => names.field.get(field.name)!);
      const description = `Which member of "${oneof.name}" is set.`;
      types.push(
        enumType(
          caseName,
          members.map(member => enumValue(enumValueName(member))),
          { description },
        ),
      );
      fields.push(sdlField(names.caseOf.get(oneof.name)!, named(caseName), { description }));
    }
    for (const field of maps(message)) {
      const key = sdlField('key', nonNull(this.#scalar(scalarOf(field.mapKey))));
      const value = sdlField('value', this.#outputItem(field));
      types.push(objectType(this.#derived.get(entryKey(field, ''))!, [key, value]));
    }
    return [objectType(this.#names.get(message.typeName)!, fields, this.#typeRemarks(message)), ...types];
  }

  #input(message: DescMessage): TypeDefinitionNode {
    return inputType(this.#derived.get(inputKey(message))!, this.#inputFields(message), this.#typeRemarks(message));
  }

  #inputFields(message: DescMessage): InputValueDefinitionNode[] {
    const names = memberNames(message);
    return message.members.map(member => {
      if (member.kind === 'oneof') {
        const description = this.#comments.get(joined(message.typeName, member.name));
        return inputValue(names.oneof.get(member.name)!, named(this.#derived.get(oneofKey(member))!), { description });
      }
      return inputValue(names.field.get(member.name)!, this.#inputType(member), this.#fieldRemarks(member));
    });
  }

  /** `@oneOf` types and map entries. */
  #inputParts(message: DescMessage): TypeDefinitionNode[] {
    if (!isComposite(message)) return [];
    const names = memberNames(message);
    const oneofs = message.oneofs.map(oneof => {
      const members = oneof.fields.map(field =>
        inputValue(names.field.get(field.name)!, this.#inputOf(field), this.#fieldRemarks(field)),
      );
      return oneOfInputType(this.#derived.get(oneofKey(oneof))!, members);
    });
    const entries = maps(message).map(field => {
      const key = inputValue('key', nonNull(this.#scalar(scalarOf(field.mapKey))));
      const value = inputValue('value', this.#inputItem(field));
      return inputType(this.#derived.get(entryKey(field, 'Input'))!, [key, value]);
    });
    return [...oneofs, ...entries];
  }

  #enum(declared: DescEnum): TypeDefinitionNode {
    const names = valueNames(declared);
    const values = declared.values.map(value =>
      enumValue(names.get(value.name)!, this.remarks(joined(declared.typeName, value.name), value.deprecated)),
    );
    const description = this.#comments.get(declared.typeName);
    return enumType(this.#names.get(declared.typeName)!, values, { description });
  }

  /**
   * protobuf.dev/programming-guides/field_presence: a scalar of implicit presence always has a value. An enum may bring a number that the
   * document does not know yet, so it is nullable: that one field fails, and not what it stands in.
   */
  #outputType(field: DescField): TypeNode {
    if (field.fieldKind === 'map') return nonNull(listOf(nonNull(named(this.#derived.get(entryKey(field, ''))!))));
    if (field.fieldKind === 'list') return nonNull(listOf(this.#outputItem(field)));
    const type = this.#outputValue(field);
    if (isLegacyRequired(field)) return isNullable(field) ? type : nonNull(type);
    return isImplicit(field) && field.fieldKind === 'scalar' ? nonNull(type) : type;
  }

  /** An item of a list, or a map's value. */
  #outputItem(field: DescField): TypeNode {
    const type = this.#outputValue(field);
    return field.enum || isNullable(field) ? type : nonNull(type);
  }

  #outputValue(field: DescField): TypeNode {
    return field.message ? this.#outputOf(field.message) : this.#leaf(field);
  }

  #outputOf(message: DescMessage): TypeNode {
    const scalar = scalarOfMessage(message);
    return scalar === undefined ? named(this.#names.get(message.typeName)!) : this.#scalar(scalar);
  }

  /** Nullable, unless the client must give the field. */
  #inputType(field: DescField): TypeNode {
    const type = this.#inputOf(field);
    const mayBeLeftOut = field.fieldKind === 'message' && (mayBeNull(field.message) || requiresItself(field.message));
    return isRequiredInput(field) && !field.oneof && !mayBeLeftOut ? nonNull(type) : type;
  }

  #inputOf(field: DescField): TypeNode {
    if (field.fieldKind === 'map') return listOf(nonNull(named(this.#derived.get(entryKey(field, 'Input'))!)));
    return field.fieldKind === 'list' ? listOf(this.#inputItem(field)) : this.#inputValue(field);
  }

  /** An item of a list, or a map's value. */
  #inputItem(field: DescField): TypeNode {
    const type = this.#inputValue(field);
    return isNullable(field) ? type : nonNull(type);
  }

  #inputValue(field: DescField): TypeNode {
    if (!field.message) return this.#leaf(field);
    const scalar = scalarOfMessage(field.message);
    return scalar === undefined ? named(this.#derived.get(inputKey(field.message))!) : this.#scalar(scalar);
  }

  #leaf(field: DescField): TypeNode {
    if (!field.enum) return this.#scalar(scalarOf(field.scalar!));
    return field.enum.typeName === nullValue ? this.#scalar('JSON') : named(this.#names.get(field.enum.typeName)!);
  }

  #scalar(name: string): TypeNode {
    if (scalarNames.has(name)) this.#scalars.add(name);
    return named(name);
  }

  #fieldRemarks(field: DescField) {
    return this.remarks(joined(field.parent.typeName, field.name), field.deprecated);
  }

  #typeRemarks(message: DescMessage) {
    return { description: this.#comments.get(message.typeName) };
  }
}

/** Has GraphQL a type with fields for the message? */
function isComposite(message: DescMessage): boolean {
  return scalarOfMessage(message) === undefined;
}

/** Has the type of the field's values a null of its own? */
function isNullable(field: DescField): boolean {
  return mayBeNull(field.message) || field.enum?.typeName === nullValue;
}

type MapField = DescField & { fieldKind: 'map' };

function maps(message: DescMessage): MapField[] {
  return message.fields.filter((field): field is MapField => field.fieldKind === 'map');
}

/** Messages with fields that can be reached, themselves included; a work-list, as types may be chained deeply. */
function reachable(from: ReadonlySet<DescMessage>): Set<DescMessage> {
  const found = new Set<DescMessage>();
  const queue = [...from].reverse();
  for (let message = queue.pop(); message !== undefined; message = queue.pop()) {
    if (found.has(message) || !isComposite(message)) continue;
    found.add(message);
    for (const field of [...message.fields].reverse()) if (field.message) queue.push(field.message);
  }
  return found;
}

function enumsOf(messages: readonly DescMessage[]): Set<DescEnum> {
  const found = new Set<DescEnum>();
  for (const message of messages.filter(isComposite)) {
    for (const field of message.fields) {
      if (field.enum && field.enum.typeName !== nullValue) found.add(field.enum);
    }
  }
  return found;
}

/** A message that cannot be given because it requires itself: GraphQL forbids such inputs (3.10, Circular References). */
function requiresItself(message: DescMessage): boolean {
  const seen = new Set<DescMessage>();
  const queue = [message];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const field of next.fields) {
      if (field.fieldKind !== 'message' || !isRequiredInput(field) || !isComposite(field.message)) continue;
      if (field.message === message) return true;
      if (!seen.has(field.message)) queue.push(field.message);
      seen.add(field.message);
    }
  }
  return false;
}

function caseKey(oneof: DescOneof): string {
  return `case of ${oneof.parent.typeName}.${oneof.name}`;
}

function oneofKey(oneof: DescOneof): string {
  return `oneof ${oneof.parent.typeName}.${oneof.name}`;
}

function entryKey(field: DescField, suffix: '' | 'Input'): string {
  return `entry${suffix} ${field.parent.typeName}.${field.name}`;
}

function inputKey(message: DescMessage): string {
  return `input ${message.typeName}`;
}
