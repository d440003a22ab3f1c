import { isObjectType } from 'graphql';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { lowerFirst, upperFirst, words } from '../../base/names.ts';
import { type Catalogue, isRoot, type OpenMember, prefixedReference, prefixedType } from '../catalogue.ts';
import type { Link } from '../supergraph.ts';
import { entityWords, speakingKeys } from './bulk-calls.ts';
import { type KeyedCall, keyedCalls } from './keyed-calls.ts';
import { linkLine } from './link-line.ts';
import { fits, itemOf } from './shape.ts';

/** Links that could be made to calls whose keys are objects: of types that have all parts of a key, each a note with the line for an overlay. */
export function keyOffers(catalogue: Catalogue, links: readonly Link[]): Diagnostic[] {
  const calls = catalogue.members.flatMap(keyedCalls);
  if (calls.length === 0) return [];
  return [...catalogue.types].flatMap(([typeName, [owner]]) => {
    if (!owner || !isObjectType(owner.type) || isRoot(typeName)) return [];
    const { type, member } = owner;
    return calls.flatMap(call =>
      call.member === member && (call.item === type.name || call.holder === type.name)
        ? []
        : offer(typeName, call, catalogue, links),
    );
  });
}

/** The same for the calls of one source alone. */
export function keyedCallNotes(member: OpenMember): Diagnostic[] {
  return keyedCalls(member).map((call): Diagnostic => {
    const { name, into, item, parts, select } = call;
    const named = parts.map(part => part.name).join(', ');
    const key = parts.map(part => `${part.name}: "$parent.…"`).join(', ');
    const where = select === '' ? '' : `, select: "${select}"`;
    const link = `@resolve(call: "${member.name}.${name}", batch: { key: { ${key} }, into: "${into}" }${where})`;
    const message = `${member.name}.${name} takes a list of keys (${into}: ${named}) and gives each ${item} that has one of them: links to it need one call for all, ${link}.`;
    return { severity: 'note', code: 'BATCH_OFFERED', message, at: [member.name, `Query.${name}`] };
  });
}

function offer(typeName: string, call: KeyedCall, catalogue: Catalogue, links: readonly Link[]): Diagnostic[] {
  const held = call.parts.map(part => heldPart(typeName, part, call, catalogue));
  const speaks = held.some(part => part?.speaks);
  const fields = held.flatMap(part => part?.field ?? []);
  if (!speaks || fields.length < held.length) return [];
  const whole = `${call.member.name}.${call.name}`;
  const [first = '', ...rest] = entityWords(call.item);
  const field = lowerFirst(first) + rest.map(upperFirst).join('');
  const taken = catalogue.fields(typeName).has(field);
  const isLinked = links.some(link => link.call === whole && link.at.startsWith(`${typeName}.`));
  if (taken || isLinked) return [];
  const key = Object.fromEntries(call.parts.map(({ name }, index) => [name, `$parent.${fields[index]}`]));
  const batch = { call: whole, key, into: call.into, select: call.select };
  const found = prefixedType(call.member, call.item);
  const named = fields.map(name => `${typeName}.${name}`).join(' and ');
  const message = `${named} ${fields.length === 1 ? 'names' : 'name'} a ${found}, and ${whole} gives all that are named (${call.into}) in one call.`;
  const hint = linkLine(typeName, field, found, batch);
  return [{ severity: 'note', code: 'BATCH_OFFERED', message, at: [`${typeName}.${fields[0] ?? ''}`], hint }];
}

/** The field of a type that holds a part of a key. `speaks`: it says by its name alone what it is the key of. */
function heldPart(
  typeName: string,
  part: KeyedCall['parts'][number],
  { member, item }: KeyedCall,
  catalogue: Catalogue,
): { readonly field: string; readonly speaks: boolean } | undefined {
  const own = lowered(part.name);
  const whole = [...entityWords(item), ...own].join('');
  const to = prefixedReference(member, part.type);
  for (const wanted of [whole, own.join('')]) {
    for (const [field, [owner]] of catalogue.fields(typeName)) {
      if (!owner || lowered(field).join('') !== wanted || ('args' in owner.field && owner.field.args.length > 0))
        continue;
      const from = prefixedReference(owner.member, owner.field.type);
      const speaks = wanted === whole || own.length > 1 || speakingKeys.has(own[0] ?? '');
      if (!itemOf(from) && fits(from, to, catalogue)) return { field, speaks };
    }
  }
  return undefined;
}

function lowered(name: string): readonly string[] {
  return words(name).map(word => word.toLowerCase());
}
