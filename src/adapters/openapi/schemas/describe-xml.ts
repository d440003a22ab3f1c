import { isRecord, own } from '../../../base/json.ts';
import type { XmlNode } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { flag, text } from '../document/operation-parts.ts';
import { child, children } from '../document/resolver.ts';
import { additionalOf } from './lay-over.ts';
import type { NormalForm, Reduced } from './normal-form.ts';
import { isStructural } from './statements.ts';
import type { XmlPlaces } from './xml-places.ts';

/** What is asked about schemas, and what the places of tuples come to. */
interface Schemas {
  readonly normal: NormalForm;
  readonly places: XmlPlaces;
}

const maxDepth = 10;

/**
 * What a schema says of its values in XML (OpenAPI 3.2, 4.26; 3.0 and 3.1 have `attribute` and `wrapped` for `nodeType`); undefined where that
 * is nothing. What stands beside a reference goes before what it leads to.
 */
export function xmlNodeOf(written: Located, schemas: Schemas, depth = 0): XmlNode | undefined {
  const { normal } = schemas;
  const around = elementAround(written, schemas, depth);
  if (around) return around;
  const reduced = normal.reduce(written);
  const { schema } = reduced;
  const said = saidOf(written, reduced, normal);
  const items = depth < maxDepth ? child(schema, 'items') : undefined;
  const tuple = schemas.places.tupleOf(schema);
  const item = items && tuple === undefined ? xmlNodeOf(items, schemas, depth + 1) : undefined;
  const values = !items && depth < maxDepth ? xmlNodeOfValues(additionalOf(schema), schemas, depth + 1) : undefined;
  const inside = tuple === undefined ? ((item && { item }) ?? (values && { values })) : { tuple };
  if (said === nothing) return inside;
  const isList =
    items !== undefined || tuple !== undefined || (isRecord(schema.value) && own(schema.value, 'type') === 'array');
  const node = isList ? listNode(said) : nodeOf(said);
  // A list that nothing stands around has no name: its items have.
  const name = isList && !node.wrapped && node.node === undefined ? {} : nameOf(said);
  const found: XmlNode = { ...node, ...name, ...inside };
  return Object.keys(found).length > 0 ? found : undefined;
}

/** Of the values of a map: their elements have keys for names. A list that nothing stands around has no other, so its items have the key. */
export function xmlNodeOfValues(values: Located | undefined, schemas: Schemas, depth = 0): XmlNode | undefined {
  if (!isRecord(values?.value)) return undefined;
  const { node, name, namespace, prefix, ...inside } = xmlNodeOf(values, schemas, depth) ?? {};
  return inside.wrapped || inside.values ? inside : undefined;
}

/** Beside a reference an element is one more, around that of what is referred to (OpenAPI 3.2, 4.26: `none` is the default there). */
function elementAround(written: Located, schemas: Schemas, depth: number): XmlNode | undefined {
  const { normal } = schemas;
  if (!normal.namesXmlByComponent || text(xmlOf(written), 'nodeType') !== 'element') return undefined;
  const { schema, target } = normal.reduce(written);
  const isList = isRecord(schema.value) && own(schema.value, 'type') === 'array';
  const component = componentOf(target);
  if (isList || component === undefined || schema.value === written.value) return undefined;
  const inner = xmlOf(schema);
  const type = text(inner, 'nodeType') ?? 'element';
  if (type !== 'element') return undefined;
  const item = { ...xmlNodeOf(schema, schemas, depth), name: component, ...nameOf(inner) };
  return { ...nameOf(xmlOf(written)), wrapped: true, item };
}

function saidOf(written: Located, { schema, target }: Reduced, normal: NormalForm): Readonly<Record<string, unknown>> {
  const component = normal.namesXmlByComponent ? componentOf(target) : undefined;
  const [inner, outer] = [xmlOf(schema), besides(written)];
  if (component === undefined && inner === nothing && outer === nothing) return nothing;
  return { ...(component === undefined ? {} : { name: component }), ...inner, ...outer };
}

/** What a schema says itself, and by what its `allOf` joins to that which it wraps. */
function besides(written: Located): Readonly<Record<string, unknown>> {
  const joined = children(child(written, 'allOf')).filter(({ value }) => !isStructural(value));
  return joined.length === 0
    ? xmlOf(written)
    : Object.fromEntries([...joined, written].flatMap(each => Object.entries(xmlOf(each))));
}

/** As almost all schemas say. */
const nothing: Readonly<Record<string, unknown>> = {};

/** The root of a body or of an answer, with the name of the component where nothing else names it (OpenAPI 3.2, 4.26.3). */
export function xmlRootOf(schema: Located, schemas: Schemas): XmlNode {
  const { normal } = schemas;
  const reduced = normal.reduce(schema);
  const node = xmlNodeOf(schema, schemas) ?? {};
  const items = child(reduced.schema, 'items');
  const itemName = node.tuple ? undefined : items && (node.item?.name ?? componentOf(normal.reduce(items).target));
  const item = itemName === undefined ? {} : { item: { ...node.item, name: itemName } };
  if (node.wrapped && !items) return { name: 'root', ...node };
  const named = nameOf(saidOf(schema, reduced, normal));
  const name = named.name ?? componentOf(reduced.target ?? schema);
  return { ...node, ...named, ...item, ...(name === undefined ? {} : { name }) };
}

function componentOf(schema: Located | undefined): string | undefined {
  const [, key] = /^\/(?:components\/schemas|definitions)\/([^/]+)$/.exec(schema?.pointer ?? '') ?? [];
  return key?.replaceAll('~1', '/').replaceAll('~0', '~');
}

function xmlOf({ value }: Located): Readonly<Record<string, unknown>> {
  const xml = isRecord(value) ? own(value, 'xml') : undefined;
  return isRecord(xml) ? xml : nothing;
}

function nodeOf(said: Readonly<Record<string, unknown>>): Pick<XmlNode, 'node' | 'wrapped'> {
  const type = text(said, 'nodeType');
  if (type === 'attribute' || type === 'text' || type === 'cdata' || type === 'none') return { node: type };
  return type === undefined && flag(said, 'attribute') ? { node: 'attribute' } : {};
}

/** A list stands for its items, unless an element around them is asked for. */
function listNode(said: Readonly<Record<string, unknown>>): Pick<XmlNode, 'node' | 'wrapped'> {
  const { node } = nodeOf(said);
  if (node === 'attribute' || node === 'text' || node === 'cdata') return { node };
  return text(said, 'nodeType') === 'element' || flag(said, 'wrapped') ? { wrapped: true } : {};
}

function nameOf(said: Readonly<Record<string, unknown>>): Pick<XmlNode, 'name' | 'namespace' | 'prefix'> {
  const name = text(said, 'name');
  const namespace = text(said, 'namespace');
  const prefix = text(said, 'prefix');
  return {
    ...(name ? { name } : {}),
    ...(namespace ? { namespace } : {}),
    ...(prefix ? { prefix } : {}),
  };
}
