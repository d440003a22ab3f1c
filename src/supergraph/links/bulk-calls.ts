import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  getNullableType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { words } from '../../base/names.ts';
import { isCalled, type OpenMember } from '../catalogue.ts';
import { isRequired } from './coerce.ts';
import { inputItem, outputItem } from './lookup.ts';

/** A call that takes a list of keys and answers with the items that have them. */
export interface BulkCall {
  readonly member: OpenMember;
  /** The root field, in the source's own name, and so is everything here. */
  readonly name: string;
  /** The argument that takes the keys, or the way into it: `ids`, `input.ids`. */
  readonly into: string;
  /** The field of an item that is the key. */
  readonly match: string;
  /** Where in the answer the items are; empty where they are the answer. */
  readonly select: string;
  readonly item: string;
  readonly keyType: GraphQLScalarType;
}

const known = new WeakMap<OpenMember, Readonly<Record<'Query' | 'Mutation', readonly BulkCall[]>>>();

/**
 * The bulk calls of a source, as far as its schema tells them: a list whose name is the plural of a key of what is answered (`ids`, `id[]`,
 * `petIds` of a Pet's `id`), whose items are of the key's own type, and nothing else that must be given. Of a call that says by its own name
 * that it gets a batch, names are keys, too (google.aip.dev/231: `BatchGetBooks(names)`), and so is a list that is all it is given.
 */
export function bulkCalls(member: OpenMember): readonly BulkCall[] {
  return allOf(member).Query;
}

/** The same among what is taken to change something, as far as the names say that it only reads: a list is often sent in the body of a POST. */
export function readingMutations(member: OpenMember): readonly BulkCall[] {
  return allOf(member).Mutation.filter(({ name }) => {
    const parts = words(name).map(word => word.toLowerCase());
    return parts.some(word => reading.has(word)) && !parts.some(word => writing.has(word));
  });
}

const reading: ReadonlySet<string> = new Set(
  'get list find search fetch lookup query read retrieve resolve'.split(' '),
);
const writing: ReadonlySet<string> = new Set(
  'delete remove create add update set patch put archive assign import upsert insert replace cancel move merge restore disable enable invite revoke send'.split(
    ' ',
  ),
);

function allOf(member: OpenMember) {
  const before = known.get(member);
  if (before) return before;
  const { schema } = member;
  const calls = {
    Query: callsOf(member, 'Query', schema.getQueryType()),
    Mutation: callsOf(member, 'Mutation', schema.getMutationType()),
  };
  known.set(member, calls);
  return calls;
}

function callsOf(member: OpenMember, root: string, type: GraphQLObjectType | null | undefined): BulkCall[] {
  const fields = Object.values(type?.getFields() ?? {});
  return fields.flatMap(field => (isCalled(member, root, field.name) ? (bulkCall(member, field) ?? []) : []));
}

function bulkCall(member: OpenMember, query: GraphQLField<unknown, unknown>): BulkCall | undefined {
  const lists = listsIn(query.args);
  if (lists.length === 0) return undefined;
  const isBatch = getsBatch(query.name);
  for (const { select, item } of itemsIn(query.type)) {
    for (const { into, names, type } of lists) {
      const keys = keysOf(item, isBatch).filter(field => field.type === type.name);
      const named = keys.find(field => names.some(name => isPlural(name, field.name, item.name)));
      const key = named ?? (isBatch && keys.length === 1 && isAllThatIsGiven(into, query.args) ? keys[0] : undefined);
      if (key) return { member, name: query.name, into, match: key.name, select, item: item.name, keyType: type };
    }
  }
  return undefined;
}

/** A body that is the list itself has no name of its own (mapping A2): where the call gets a batch, it can only be the keys. */
function isAllThatIsGiven(into: string, args: readonly GraphQLArgument[]): boolean {
  return args.length === 1 && (into === 'input' || into === 'body');
}

export interface ListArgument {
  readonly into: string;
  /** What it is called: its own name, and that of an object that holds nothing else. */
  readonly names: readonly string[];
  readonly type: GraphQLScalarType;
}

/** Lists of scalars among the arguments and one step into them, where nothing beside them must be given. */
function listsIn(args: readonly GraphQLArgument[]): ListArgument[] {
  return args.flatMap(argument => {
    if (args.some(other => other !== argument && isRequired(other))) return [];
    const own = listOf(argument);
    if (own) return [own];
    const fields = fieldsOf(argument.type);
    return fields.flatMap(field => {
      const list = listOf(field);
      const isAlone = fields.every(other => other === field || !isRequired(other));
      return list && isAlone ? [{ ...list, into: `${argument.name}.${list.into}` }] : [];
    });
  });
}

/** An argument that is a list of scalars, or an object that holds one and nothing else: XML wraps lists so (`ids: { int: […] }`). */
export function listOf({ name, type }: Pick<GraphQLInputField, 'name' | 'type'>): ListArgument | undefined {
  const own = scalarItem(type);
  if (own) return { into: name, names: [name], type: own };
  const [only, ...others] = fieldsOf(type);
  const inner = only && others.length === 0 ? scalarItem(only.type) : undefined;
  return only && inner && { into: `${name}.${only.name}`, names: [name, only.name], type: inner };
}

function fieldsOf(type: GraphQLInputType): readonly GraphQLInputField[] {
  const input = getNullableType(type);
  return isInputObjectType(input) && !input.isOneOf ? Object.values(input.getFields()) : [];
}

function scalarItem(type: GraphQLInputType): GraphQLScalarType | undefined {
  const item = inputItem(type);
  const inner = item && getNullableType(item);
  return isScalarType(inner) && inner.name !== 'Boolean' && inner.name !== 'JSON' ? inner : undefined;
}

export interface Item {
  readonly name: string;
  getFields(): Readonly<Record<string, GraphQLField<unknown, unknown>>>;
}

export interface ItemList {
  readonly select: string;
  readonly item: Item;
  /** An item's type, as it stands in the list. */
  readonly type: GraphQLOutputType;
}

/** The objects of a list, which is the answer or the only list of objects one step into it, where an object may hold nothing but the list. */
export function itemsIn(type: GraphQLOutputType): readonly ItemList[] {
  const direct = objectItem(type);
  if (direct) return [{ select: '', ...direct }];
  const lists = plainFieldsOf(type).flatMap(field => {
    const item = objectItem(field.type);
    if (item) return [{ select: field.name, ...item }];
    const [only, ...others] = plainFieldsOf(field.type);
    const inner = only && others.length === 0 ? objectItem(only.type) : undefined;
    return only && inner ? [{ select: `${field.name}.${only.name}`, ...inner }] : [];
  });
  return lists.length === 1 ? lists : [];
}

function plainFieldsOf(type: GraphQLOutputType) {
  const inner = getNullableType(type);
  return isObjectType(inner) ? Object.values(inner.getFields()).filter(field => field.args.length === 0) : [];
}

function objectItem(list: GraphQLOutputType): Omit<ItemList, 'select'> | undefined {
  const type = outputItem(list);
  const item = type && getNullableType(type);
  return type && (isObjectType(item) || isInterfaceType(item)) ? { item, type } : undefined;
}

/** Does a call say by its name that it gets a batch? */
export function getsBatch(call: string): boolean {
  return batch.test(words(call).join('').toLowerCase());
}

const batch =
  /^(batch|bulk|multi)(get|read|fetch|load|lookup|find)|^(get|read|fetch|load|lookup|find)(many|multiple|batch)/;

/** What tells one from all others, by its name. */
const telling: ReadonlySet<string> = new Set(
  'id uuid guid key code sku slug isbn ean gtin number login username email symbol'.split(' '),
);

/** The scalar fields of an item that are keys by their type or by their name; `named`: so is the name itself. */
function keysOf(item: Item, named: boolean): { readonly name: string; readonly type: string }[] {
  return Object.values(item.getFields()).flatMap(({ name, type, args }) => {
    const inner = getNullableType(type);
    if (!isScalarType(inner) || args.some(isRequired)) return [];
    const word = lastWord(name);
    const isKey = inner.name === 'ID' || inner.name === 'UUID' || telling.has(word) || (named && word === 'name');
    return isKey ? [{ name, type: inner.name }] : [];
  });
}

/** Keys that tell by themselves what they are the key of. */
export const speakingKeys: ReadonlySet<string> = new Set(['sku', 'isbn', 'ean', 'gtin']);

function lastWord(name: string): string {
  return words(name).at(-1)?.toLowerCase() ?? '';
}

/** `ids`, `id`, `petIds` and `pet_id` are lists of a Pet's `id`; so is `idList`. */
function isPlural(list: string, key: string, item: string): boolean {
  const name = words(key).join('').toLowerCase();
  const owner = entityWords(item).join('');
  const wanted = words(list).join('').toLowerCase();
  return singularsOf(wanted.replace(/(list|array)$/, '')).some(one => one === name || one === owner + name);
}

/** What a word may be the plural of, itself first. */
export function singularsOf(word: string): readonly string[] {
  return [word, word.replace(/s$/, ''), word.replace(/es$/, ''), word.replace(/ies$/, 'y')];
}

/** Words that documents put behind the name of what they speak of. */
const empty: ReadonlySet<string> = new Set(
  'response dto model resource object entity schema data record view info details summary representation item'.split(
    ' ',
  ),
);

/** What a type is of: `UserResponse` and `user_dto` are `user`. */
export function entityWords(typeName: string): readonly string[] {
  const all = words(typeName).map(word => word.toLowerCase());
  const last = all.findLastIndex(word => !empty.has(word) && !/^v?\d+$/.test(word));
  return last < 0 ? all : all.slice(0, last + 1);
}
