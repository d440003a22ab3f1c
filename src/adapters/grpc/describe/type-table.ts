import type { DescEnum, DescMessage, DescOneof } from '@bufbuild/protobuf';
import { reservedTypeNames } from '../../../adapter/definitions.ts';
import { pascalName } from '../../../base/names.ts';
import { caseKey, entryKey, inputKey, memberKey, oneofKey, unionKey } from './derived-keys.ts';
import { fullNameOf, mapFieldsOf } from './members.ts';
import { enumsOf, isComposite, reachable } from './reachable.ts';
import { anyDouble } from './scalar-of.ts';
import type { Telling } from './telling.ts';
import { derivedNames, shortNames } from './type-names.ts';

/** Which types the results and arguments of methods need, and what each is called. */
export class TypeTable {
  /** Messages whose fields are arguments themselves. */
  readonly requests: ReadonlySet<DescMessage>;
  readonly outputs: ReadonlySet<DescMessage>;
  readonly inputs: ReadonlySet<DescMessage>;
  readonly enums: ReadonlySet<DescEnum>;
  readonly #oneofs: Telling['oneofs'];
  readonly #names: ReadonlyMap<string, string>;
  readonly #derived: ReadonlyMap<string, string>;
  #met: ReadonlySet<DescMessage> | undefined;

  /** `streamed`: messages of which lists are sent. */
  constructor(
    { members, oneofs, nonFinite }: Telling,
    requests: ReadonlySet<DescMessage>,
    replies: ReadonlySet<DescMessage>,
    streamed: ReadonlySet<DescMessage>,
  ) {
    this.#oneofs = oneofs;
    this.requests = requests;
    this.outputs = reachable(replies, members);
    const inner = [...requests]
      .filter(request => isComposite(request, members))
      .flatMap(request => members.of(request).flatMap(({ message }) => message ?? []));
    this.inputs = reachable(new Set([...inner, ...streamed]), members);
    this.enums = enumsOf([...requests, ...this.inputs, ...this.outputs], members);
    const declared = new Set([...this.outputs, ...this.inputs, ...requests, ...this.enums]);
    const reserved = new Set(nonFinite === 'TEXT' ? [...reservedTypeNames, anyDouble] : reservedTypeNames);
    this.#names = shortNames(declared, reserved);
    this.#derived = derivedNames(this.#names, this.#wishes(), reserved);
  }

  nameOf(declared: DescMessage | DescEnum): string {
    return this.#names.get(declared.typeName)!;
  }

  /** The name of a type that derives from a declaration, by its key (`derived-keys.ts`). */
  derived(key: string): string {
    return this.#derived.get(key)!;
  }

  /** Does an answer or an argument hold the message, whatever it is told as? */
  has(message: DescMessage): boolean {
    this.#met ??= this.#meet();
    return this.#met.has(message);
  }

  /** The types that stand for the members of oneofs which are unions, by the members' full names. Undefined: there are none. */
  unionTypes(): Readonly<Record<string, string>> | undefined {
    if (this.#oneofs !== 'UNION') return undefined;
    const members = [...this.outputs].flatMap(({ oneofs }) => oneofs.flatMap(({ fields }) => fields));
    return Object.fromEntries(members.map(member => [fullNameOf(member), this.derived(memberKey(member))]));
  }

  #meet(): Set<DescMessage> {
    const types = [...this.outputs, ...this.inputs, ...this.requests];
    return new Set([...types, ...types.flatMap(type => type.fields.flatMap(field => field.message ?? []))]);
  }

  #wishes(): Map<string, string> {
    const wishes = new Map<string, string>();
    for (const message of this.outputs) {
      const name = this.nameOf(message);
      for (const oneof of message.oneofs) this.#wishesOfOneof(oneof, name, wishes);
      for (const field of mapFieldsOf(message))
        wishes.set(entryKey(field, ''), `${name}${pascalName(field.name)}Entry`);
    }
    for (const message of this.inputs) {
      const name = this.nameOf(message);
      wishes.set(inputKey(message), name.endsWith('Input') && !this.outputs.has(message) ? name : `${name}Input`);
    }
    for (const message of new Set([...this.inputs, ...this.requests])) {
      const name = this.nameOf(message);
      for (const oneof of message.oneofs) wishes.set(oneofKey(oneof), `${name}${pascalName(oneof.name)}Input`);
      for (const field of mapFieldsOf(message))
        wishes.set(entryKey(field, 'Input'), `${name}${pascalName(field.name)}EntryInput`);
    }
    return wishes;
  }

  #wishesOfOneof(oneof: DescOneof, message: string, wishes: Map<string, string>): void {
    const own = `${message}${pascalName(oneof.name)}`;
    if (this.#oneofs === 'FLAT') {
      wishes.set(caseKey(oneof), `${own}Case`);
      return;
    }
    wishes.set(unionKey(oneof), own);
    for (const member of oneof.fields) wishes.set(memberKey(member), `${own}${pascalName(member.name)}`);
  }
}
