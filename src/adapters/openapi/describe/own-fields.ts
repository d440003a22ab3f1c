import { type FieldDefinitionNode, Kind, type TypeDefinitionNode } from 'graphql';
import type { Blueprint } from '../../../adapter/adapter.ts';
import { coordinate } from '../../../base/coordinate.ts';
import { allowedHeaders, headersField, headersName } from '../answer/response-headers.ts';
import type { OpenApiCall } from '../call/call.ts';
import type { Model, Shape, TypeShape } from '../call/shape.ts';
import type { Resolver } from '../document/resolver.ts';
import type { FieldNaming } from '../types/field-naming.ts';
import { hasProperty } from '../types/has-property.ts';
import { objectTypes } from '../types/object-types-of.ts';
import { describeLinks, type ServedOperation } from './describe-links.ts';

type Types = Readonly<Record<string, TypeShape>>;

interface Described {
  readonly types: Types;
  readonly definitions: readonly TypeDefinitionNode[];
}

interface WithOwnFields extends Described {
  /** What calls must know of these fields, by the names of their operations. */
  readonly calls: ReadonlyMap<string, Pick<OpenApiCall, 'headers' | 'carried'>>;
  readonly blueprint: Pick<Blueprint<OpenApiCall, Model>, 'links' | 'hidden' | 'onRequest'>;
}

interface Surroundings {
  readonly operations: readonly ServedOperation[];
  readonly resolver: Resolver;
  readonly naming: FieldNaming;
  readonly enumName: (type: string, wire: string) => string | undefined;
  /** Headers that the configuration lets clients ask for. */
  readonly responseHeaders: readonly string[];
}

/** Adds the fields that no body has: headers, links, and what links read beside the body. */
export function withOwnFields({ types, definitions }: Described, around: Surroundings): WithOwnFields {
  const { operations, resolver, enumName, naming } = around;
  const { links, carried, hidden } = describeLinks({ operations, types, resolver, enumName, naming });
  const headers = new Map(operations.flatMap(served => headersOf(served, types, around)));
  const fields = new Map<string, FieldDefinitionNode[]>([...hidden].map(([type, own]) => [type, [...own]]));
  for (const type of new Set([...headers.values()].flatMap(({ holders }) => holders)))
    fields.set(type, [...(fields.get(type) ?? []), headersField()]);
  const calls = new Map<string, Pick<OpenApiCall, 'headers' | 'carried'>>();
  for (const { name } of operations) {
    const [given, carries] = [headers.get(name), carried.get(name)];
    if (!given && !carries) continue;
    calls.set(name, { ...(given ? { headers: given.allowed } : {}), ...(carries ? { carried: carries } : {}) });
  }
  const coordinatesOf = (of: ReadonlyMap<string, readonly FieldDefinitionNode[]>) =>
    [...of].flatMap(([type, own]) => own.map(({ name }) => coordinate(type, name.value)));
  return {
    types: fields.size === 0 ? types : Object.fromEntries(marked(types, fields)),
    definitions: definitions.map(definition => extended(definition, fields)),
    calls,
    blueprint: {
      ...(links.length > 0 ? { links } : {}),
      ...(hidden.size > 0 ? { hidden: coordinatesOf(hidden) } : {}),
      ...(fields.size > 0 ? { onRequest: coordinatesOf(fields) } : {}),
    },
  };
}

interface GivenHeaders {
  readonly allowed: readonly string[];
  /** The types that get the field. */
  readonly holders: readonly string[];
}

/** Which headers an operation's answers give, and on which types; nothing, and told, where there is none that could hold them. */
function headersOf(
  { site, name, operation, result }: ServedOperation,
  types: Types,
  { responseHeaders, resolver }: Surroundings,
): readonly (readonly [string, GivenHeaders])[] {
  const allowed = allowedHeaders(operation, responseHeaders);
  if (allowed.length === 0 || site.method === 'HEAD') return [];
  const objects = [...objectTypes(result.shape, types), ...(canBeFile(result.shape, types) ? ['HttpFile'] : [])];
  const holders = objects.filter(type => !hasProperty(types[type], headersName));
  const tell = (code: 'NAME_COLLISION' | 'CONSTRUCT_NOT_SUPPORTED', message: string) =>
    resolver.report({
      severity: 'note',
      code,
      message,
      at: site.at,
      hint: `envelope: ["${name}"] gives the result an object around it.`,
    });
  if (objects.length === 0)
    tell(
      'CONSTRUCT_NOT_SUPPORTED',
      'The headers of the answer cannot be asked for: the result is no object of its own.',
    );
  else if (holders.length === 0)
    tell(
      'NAME_COLLISION',
      `The result has a property "${headersName}" of its own, so its headers cannot be asked for.`,
    );
  return holders.length === 0 ? [] : [[name, { allowed, holders }]];
}

function canBeFile(shape: Shape, types: Types): boolean {
  if (shape.kind !== 'type') return false;
  const type = types[shape.name];
  if (type?.kind !== 'union') return shape.name === 'HttpFile';
  return type.members.some(member => canBeFile({ kind: 'type', name: member.type }, types));
}

function marked(types: Types, fields: ReadonlyMap<string, readonly FieldDefinitionNode[]>): [string, TypeShape][] {
  return Object.entries(types).map(([name, type]) => {
    const own = fields.get(name);
    return [name, own && type.kind === 'object' ? { ...type, ours: own.map(field => field.name.value) } : type];
  });
}

function extended(
  definition: TypeDefinitionNode,
  fields: ReadonlyMap<string, readonly FieldDefinitionNode[]>,
): TypeDefinitionNode {
  const own = fields.get(definition.name.value);
  if (!own || definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return definition;
  return { ...definition, fields: [...(definition.fields ?? []), ...own] };
}
