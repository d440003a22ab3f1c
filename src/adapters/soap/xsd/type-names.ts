import { reservedTypeNames } from '../../../adapter/definitions.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { fieldName, lowerFirst, pascalName, shortHash, uniqueNames } from '../../../base/names.ts';
import { leavesWithin } from '../model/fields.ts';
import type { ComplexType, SubstitutionType, TypeKey, TypeModel } from '../model/model.ts';
import { namespaceOf } from '../qname.ts';
import { conform } from './conform.ts';
import type { Draft } from './content.ts';
import type { TypeCompiler } from './type-compiler.ts';

/**
 * Settles the names of all types in GraphQL (mapping.md A2, B3), makes interfaces of the types that others stand for, and gives their
 * descendants every field that an interface demands. `outputs` are the types that results use.
 */
export function nameTypes(
  compiler: TypeCompiler,
  home: string,
  outputs: ReadonlySet<TypeKey>,
  inputs: ReadonlySet<TypeKey>,
  address: string,
): Diagnostic[] {
  const used = [...compiler.wishes.keys()].filter(key => outputs.has(key) || inputs.has(key));
  const { names, diagnostics } = chosenNames(compiler, used, home, address);
  const taken = new Set([...names.values(), ...reservedNames(compiler)]);
  const fresh = (name: string, key: TypeKey): string => {
    let unique = name;
    while (taken.has(unique)) unique = `${unique}_${shortHash(key + unique)}`;
    taken.add(unique);
    return unique;
  };
  for (const key of used) {
    const type = compiler.types.get(key);
    const name = names.get(key)!; // chosen for each that is used
    if (type?.kind === 'simple') {
      if (type.values) type.graphql = name;
    } else if (type?.kind === 'substitution') {
      type.oneOf = fresh(`${name}Input`, key);
      nameMembers(type);
    } else if (type?.kind === 'complex') {
      nameComplex(compiler, key, type, name, outputs, fresh, names);
    }
  }
  conform(compiler);
  return diagnostics;
}

/** `File` is a scalar where files are sent. */
function reservedNames({ takesFiles }: TypeCompiler): ReadonlySet<string> {
  return takesFiles ? new Set([...reservedTypeNames, 'File']) : reservedTypeNames;
}

function chosenNames(compiler: TypeCompiler, used: readonly TypeKey[], home: string, address: string) {
  const rivals = new Map<string, TypeKey[]>();
  const bearing = used.filter(key => {
    const type = compiler.types.get(key);
    return type?.kind !== 'simple' || type.values !== undefined;
  });
  for (const key of bearing) {
    const name = pascalName(compiler.wishes.get(key)!.words);
    rivals.set(name, [...(rivals.get(name) ?? []), key]);
  }
  // Whose claim is strongest bears the plain name; to `uniqueNames` its key is that name.
  const claim = new Map<TypeKey, string>();
  const diagnostics: Diagnostic[] = [];
  for (const [name, keys] of rivals) {
    const ranked = keys.map(key => ({ key, rank: rankOf(compiler, key, home) })).sort((a, b) => a.rank - b.rank);
    const [first, second] = ranked;
    for (const { key } of ranked) claim.set(key, key);
    if (first && first.rank !== second?.rank) claim.set(first.key, name);
    if (second) {
      const message = `${keys.length} types would be called ${name}: ${keys.join(', ')}. Names were told apart by a hash.`;
      diagnostics.push({ severity: 'note', code: 'NAME_COLLISION', message, at: [address, ...keys.slice(0, 1)] });
    }
  }
  const wordsOf = new Map([...claim].map(([key, claimed]) => [claimed, compiler.wishes.get(key)!.words] as const));
  const unique = uniqueNames(
    claim.values(),
    claimed => pascalName(wordsOf.get(claimed) ?? claimed),
    reservedNames(compiler),
  );
  const names = new Map<TypeKey, string>(used.map(key => [key, '']));
  for (const [key, claimed] of claim) names.set(key, unique.get(claimed)!); // it was among the keys
  return { names, diagnostics };
}

function rankOf(compiler: TypeCompiler, key: TypeKey, home: string): number {
  const { rank } = compiler.wishes.get(key)!;
  return rank === 1 && namespaceOf(key) === home ? 0 : rank;
}

function nameMembers(type: Draft<SubstitutionType>): void {
  const keyOf = (member: { namespace: string; local: string }) => `${member.local} ${member.namespace}`;
  const names = uniqueNames(type.members.map(keyOf), key => fieldName(key.slice(0, key.indexOf(' '))));
  type.members = type.members.map(member => ({ ...member, field: names.get(keyOf(member)) ?? member.local }));
}

function nameComplex(
  compiler: TypeCompiler,
  key: TypeKey,
  type: Draft<ComplexType>,
  name: string,
  outputs: ReadonlySet<TypeKey>,
  fresh: (name: string, key: TypeKey) => string,
  names: ReadonlyMap<TypeKey, string>,
): void {
  const variants = variantsOf(compiler, key, type);
  if (variants.length === 0) {
    type.graphql = name;
    type.input = name.endsWith('Input') && !outputs.has(key) ? name : fresh(`${name}Input`, key);
    return;
  }
  type.variants = variants.map(variant => ({ type: variant, field: lowerFirst(names.get(variant) ?? '') }));
  type.interface = name;
  type.oneOf = fresh(`${name}Input`, key);
  if (type.abstract) return;
  type.graphql = fresh(`${name}Base`, key);
  type.input = fresh(`${name}BaseInput`, key);
}

/** The concrete types whose values may stand for this one; none where only its own can. */
function variantsOf(compiler: TypeCompiler, key: TypeKey, type: ComplexType): TypeKey[] {
  if (type.variants) return type.variants.map(variant => variant.type);
  if (!compiler.polymorphic.has(key)) return [];
  const concrete = [key, ...compiler.standInsOf(key)].filter(one => {
    const model = compiler.types.get(one);
    return model?.kind === 'complex' && !model.abstract;
  });
  return concrete.length === 0 || (concrete.length === 1 && concrete[0] === key) ? [] : concrete;
}

/** The types that values of these types are made of, themselves among them. */
export function reachable(
  types: ReadonlyMap<TypeKey, TypeModel>,
  compiler: TypeCompiler,
  roots: Iterable<TypeKey>,
): Set<TypeKey> {
  const found = new Set<TypeKey>();
  const pending = [...roots];
  const all = Object.fromEntries(types);
  for (let key = pending.pop(); key !== undefined; key = pending.pop()) {
    if (found.has(key)) continue;
    const type = types.get(key);
    if (!type) continue;
    found.add(key);
    if (type.kind === 'array') pending.push(type.item);
    if (type.kind === 'substitution') pending.push(type.head, ...type.members.map(member => member.type));
    if (type.kind !== 'complex') continue;
    for (const leaf of leavesWithin(all, type)) if (leaf.kind !== 'any') pending.push(leaf.type);
    pending.push(...type.attributes.map(attribute => attribute.type));
    if (type.value !== undefined) pending.push(type.value);
    pending.push(...variantsOf(compiler, key, type));
    if (type.base !== undefined) pending.push(type.base); // content and fields of a derived type begin with its base's
  }
  return found;
}
