import type { DescEnum, DescMessage, DescOneof } from '@bufbuild/protobuf';
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
  reservedTypeNames,
  scalarType,
  field as sdlField,
  unionType,
} from '../../../adapter/definitions.ts';
import { scalarNames } from '../../../adapter/scalars.ts';
import { pascalName } from '../../../base/names.ts';
import type { GrpcSchemaOptions } from '../../../source/grpc-schema-options.ts';
import { joined } from '../proto/full-name.ts';
import { isRequiredInput } from './annotations.ts';
import { caseKey, entryKey, inputKey, memberKey, oneofKey, unionKey } from './derived-keys.ts';
import { fullNameOf, type Member, type Members } from './members.ts';
import { enumValueName, valueNames } from './names.ts';
import { isImplicit, isLegacyRequired } from './presence.ts';
import { enumsOf, isComposite, reachable, requiresItself } from './reachable.ts';
import { anyDouble, mayBeNull, nullValue, scalarOf, scalarOfMessage } from './scalar-of.ts';
import { derivedNames, shortNames } from './type-names.ts';

/** How messages are told in GraphQL. */
export interface Telling extends Pick<GrpcSchemaOptions, 'oneofs' | 'nonFinite'> {
  readonly members: Members;
}

/** The types that results and arguments of methods need, and how their fields are typed. */
export class SchemaTypes {
  readonly #telling: Telling;
  readonly #comments: ReadonlyMap<string, string>;
  readonly #outputs: ReadonlySet<DescMessage>;
  readonly #inputs: ReadonlySet<DescMessage>;
  readonly #enums: ReadonlySet<DescEnum>;
  readonly #requests: ReadonlySet<DescMessage>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #derived: ReadonlyMap<string, string>;
  readonly #scalars = new Set<string>();
  #met: ReadonlySet<DescMessage> | undefined;

  constructor(
    telling: Telling,
    requests: ReadonlySet<DescMessage>,
    replies: ReadonlySet<DescMessage>,
    comments: ReadonlyMap<string, string>,
    /** Messages of which lists are sent. */
    streamed: ReadonlySet<DescMessage> = new Set(),
  ) {
    const { members } = telling;
    this.#telling = telling;
    this.#comments = comments;
    this.#requests = requests;
    this.#outputs = reachable(replies, members);
    const inner = [...requests]
      .filter(request => isComposite(request, members))
      .flatMap(request => members.of(request).flatMap(({ message }) => message ?? []));
    this.#inputs = reachable(new Set([...inner, ...streamed]), members);
    this.#enums = enumsOf([...requests, ...this.#inputs, ...this.#outputs], members);
    const declared = new Set([...this.#outputs, ...this.#inputs, ...requests, ...this.#enums]);
    const reserved = new Set(telling.nonFinite === 'TEXT' ? [...reservedTypeNames, anyDouble] : reservedTypeNames);
    this.#names = shortNames(declared, reserved);
    this.#derived = derivedNames(this.#names, this.#wishes(), reserved);
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
    if (isComposite(request, this.#telling.members)) return this.#inputFields(request);
    return this.#telling.members.of(request).length === 0
      ? []
      : [inputValue('input', this.#scalar(scalarOfMessage(request, this.#telling.members)!))];
  }

  /** The result of a stream whose replies are gathered. */
  resultList(reply: DescMessage): TypeNode {
    return listOf(mayBeNull(reply) ? this.#outputOf(reply) : nonNull(this.#outputOf(reply)));
  }

  /** The argument of a method that takes many requests. */
  argsOfMany(request: DescMessage): InputValueDefinitionNode[] {
    const type = this.#inputMessage(request);
    return [inputValue('input', nonNull(listOf(mayBeNull(request) ? type : nonNull(type))))];
  }

  /** Does an answer or an argument hold the message, whatever it is told as? */
  has(message: DescMessage): boolean {
    const types = [...this.#outputs, ...this.#inputs, ...this.#requests];
    this.#met ??= new Set([...types, ...types.flatMap(type => type.fields.flatMap(field => field.message ?? []))]);
    return this.#met.has(message);
  }

  /** The types that stand for the members of oneofs which are unions, by the members' full names. Undefined: there are none. */
  unionTypes(): Readonly<Record<string, string>> | undefined {
    if (this.#telling.oneofs !== 'UNION') return undefined;
    const members = [...this.#outputs].flatMap(({ oneofs }) => oneofs.flatMap(({ fields }) => fields));
    return Object.fromEntries(members.map(member => [fullNameOf(member), this.#derived.get(memberKey(member))!]));
  }

  /** What the file says of a declaration. */
  remarks(fullName: string, deprecated: boolean) {
    return { description: this.#comments.get(fullName), deprecated };
  }

  #wishes(): Map<string, string> {
    const wishes = new Map<string, string>();
    const nameOf = (message: DescMessage) => this.#names.get(message.typeName)!;
    for (const message of this.#outputs) {
      for (const oneof of message.oneofs) this.#wishesOfOneof(oneof, nameOf(message), wishes);
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

  #wishesOfOneof(oneof: DescOneof, message: string, wishes: Map<string, string>): void {
    const own = `${message}${pascalName(oneof.name)}`;
    if (this.#telling.oneofs === 'FLAT') {
      wishes.set(caseKey(oneof), `${own}Case`);
      return;
    }
    wishes.set(unionKey(oneof), own);
    for (const member of oneof.fields) wishes.set(memberKey(member), `${own}${pascalName(member.name)}`);
  }

  #output(message: DescMessage): TypeDefinitionNode[] {
    const { members, oneofs } = this.#telling;
    const names = members.namesOf(message);
    const own = members.of(message).filter(field => oneofs === 'FLAT' || !field.oneof);
    const fields = own.map(field =>
      sdlField(names.field.get(field)!, this.#outputType(field), this.#fieldRemarks(field)),
    );
    const types: TypeDefinitionNode[] = [];
    for (const oneof of message.oneofs) {
      const { field, definitions } = oneofs === 'FLAT' ? this.#case(oneof) : this.#union(oneof);
      fields.push(field);
      types.push(...definitions);
    }
    for (const field of maps(message)) {
      const key = sdlField('key', nonNull(this.#scalar(scalarOf(field.mapKey))));
      const value = sdlField('value', this.#outputItem(field));
      types.push(objectType(this.#derived.get(entryKey(field, ''))!, [key, value]));
    }
    return [objectType(this.#names.get(message.typeName)!, fields, this.#typeRemarks(message)), ...types];
  }

  /** Which of the members, that stand among the message's fields, is set. */
  #case(oneof: DescOneof) {
    const names = this.#telling.members.namesOf(oneof.parent);
    const name = this.#derived.get(caseKey(oneof))!;
    const description = `Which member of "${oneof.name}" is set.`;
    const values = oneof.fields.map(field => enumValue(enumValueName(names.field.get(field)!)));
    return {
      field: sdlField(names.caseOf.get(oneof.name)!, named(name), { description }),
      definitions: [enumType(name, values, { description })],
    };
  }

  /** One type for each member, since those of a union are objects (GraphQL October 2021, 3.8): it has the member as its only field. */
  #union(oneof: DescOneof) {
    const names = this.#telling.members.namesOf(oneof.parent);
    const name = this.#derived.get(unionKey(oneof))!;
    const members = oneof.fields.map(field => {
      const only = sdlField(names.field.get(field)!, this.#outputItem(field), this.#fieldRemarks(field));
      return objectType(this.#derived.get(memberKey(field))!, [only]);
    });
    const description = this.#comments.get(joined(oneof.parent.typeName, oneof.name));
    const types = members.map(member => member.name.value);
    return {
      field: sdlField(names.oneof.get(oneof.name)!, named(name), { description }),
      definitions: [unionType(name, types), ...members],
    };
  }

  #input(message: DescMessage): TypeDefinitionNode {
    return inputType(this.#derived.get(inputKey(message))!, this.#inputFields(message), this.#typeRemarks(message));
  }

  #inputFields(message: DescMessage): InputValueDefinitionNode[] {
    const { members } = this.#telling;
    const names = members.namesOf(message);
    return [...message.members, ...members.extensionsOf(message)].map(member => {
      if (member.kind === 'oneof') {
        const description = this.#comments.get(joined(message.typeName, member.name));
        return inputValue(names.oneof.get(member.name)!, named(this.#derived.get(oneofKey(member))!), { description });
      }
      return inputValue(names.field.get(member)!, this.#inputType(member), this.#fieldRemarks(member));
    });
  }

  /** `@oneOf` types and map entries. */
  #inputParts(message: DescMessage): TypeDefinitionNode[] {
    if (!isComposite(message, this.#telling.members)) return [];
    const names = this.#telling.members.namesOf(message);
    const oneofs = message.oneofs.map(oneof => {
      const members = oneof.fields.map(field =>
        inputValue(names.field.get(field)!, this.#inputOf(field), this.#fieldRemarks(field)),
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
  #outputType(field: Member): TypeNode {
    if (field.fieldKind === 'map') return nonNull(listOf(nonNull(named(this.#derived.get(entryKey(field, ''))!))));
    if (field.fieldKind === 'list') return nonNull(listOf(this.#outputItem(field)));
    const type = this.#outputValue(field);
    if (isLegacyRequired(field)) return isNullable(field) ? type : nonNull(type);
    return isImplicit(field) && field.fieldKind === 'scalar' ? nonNull(type) : type;
  }

  /** An item of a list, or a map's value. */
  #outputItem(field: Member): TypeNode {
    const type = this.#outputValue(field);
    return field.enum || isNullable(field) ? type : nonNull(type);
  }

  #outputValue(field: Member): TypeNode {
    return field.message ? this.#outputOf(field.message) : this.#leaf(field);
  }

  #outputOf(message: DescMessage): TypeNode {
    const scalar = scalarOfMessage(message, this.#telling.members);
    return scalar === undefined ? named(this.#names.get(message.typeName)!) : this.#scalar(scalar);
  }

  /** Nullable, unless the client must give the field. */
  #inputType(field: Member): TypeNode {
    const type = this.#inputOf(field);
    const mayBeLeftOut =
      field.fieldKind === 'message' &&
      (mayBeNull(field.message) || requiresItself(field.message, this.#telling.members));
    return isRequiredInput(field) && !field.oneof && !mayBeLeftOut ? nonNull(type) : type;
  }

  #inputOf(field: Member): TypeNode {
    if (field.fieldKind === 'map') return listOf(nonNull(named(this.#derived.get(entryKey(field, 'Input'))!)));
    return field.fieldKind === 'list' ? listOf(this.#inputItem(field)) : this.#inputValue(field);
  }

  /** An item of a list, or a map's value. */
  #inputItem(field: Member): TypeNode {
    const type = this.#inputValue(field);
    return isNullable(field) ? type : nonNull(type);
  }

  #inputValue(field: Member): TypeNode {
    return field.message ? this.#inputMessage(field.message) : this.#leaf(field);
  }

  #inputMessage(message: DescMessage): TypeNode {
    const scalar = scalarOfMessage(message, this.#telling.members);
    return scalar === undefined ? named(this.#derived.get(inputKey(message))!) : this.#scalar(scalar);
  }

  #leaf(field: Member): TypeNode {
    if (!field.enum) return this.#scalar(scalarOf(field.scalar!));
    return field.enum.typeName === nullValue ? this.#scalar('JSON') : named(this.#names.get(field.enum.typeName)!);
  }

  #scalar(name: string): TypeNode {
    const told = name === 'Float' && this.#telling.nonFinite === 'TEXT' ? anyDouble : name;
    if (scalarNames.has(told) || told === anyDouble) this.#scalars.add(told);
    return named(told);
  }

  #fieldRemarks(field: Member) {
    return this.remarks(fullNameOf(field), field.deprecated);
  }

  #typeRemarks(message: DescMessage) {
    return { description: this.#comments.get(message.typeName) };
  }
}

/** Has the type of the field's values a null of its own? */
function isNullable(field: Member): boolean {
  return mayBeNull(field.message) || field.enum?.typeName === nullValue;
}

type MapField = Member & { fieldKind: 'map' };

function maps(message: DescMessage): MapField[] {
  return message.fields.filter((field): field is MapField => field.fieldKind === 'map');
}
