import { type ConstDirectiveNode, type ConstValueNode, Kind, visit } from 'graphql';
import { isRecord } from '../../base/json.ts';
import { type OpenMember, prefixedType } from '../catalogue.ts';
import type { LinkDraft } from './link-draft.ts';

/** The links that a source's own document describes, in the overlay's names. */
export function declaredLinks(member: OpenMember): readonly LinkDraft[] {
  const links = member.subschema.blueprint.links ?? [];
  return links.map(({ type, field, call, args, at }): LinkDraft => {
    const inOverlaysNames = visit(field, {
      NamedType: node => ({ ...node, name: { ...node.name, value: prefixedType(member, node.name.value) } }),
    });
    const said = { call: `${member.name}.${call}`, args };
    const node = resolveNode(said);
    return {
      typeName: prefixedType(member, type),
      field: { ...inOverlaysNames, directives: [node] },
      node,
      args: said,
      at: [member.name, ...at],
      declared: true,
    };
  });
}

/** As an overlay would write it. */
function resolveNode(args: Readonly<Record<string, unknown>>): ConstDirectiveNode {
  const written = Object.entries(args).map(([name, value]) => {
    return { kind: Kind.ARGUMENT, name: nameNode(name), value: literal(value) } as const;
  });
  return { kind: Kind.DIRECTIVE, name: nameNode('resolve'), arguments: written };
}

/** JSON as a literal of the scalar `Template`. */
function literal(value: unknown): ConstValueNode {
  if (typeof value === 'string') return { kind: Kind.STRING, value };
  if (typeof value === 'boolean') return { kind: Kind.BOOLEAN, value };
  if (typeof value === 'number') return { kind: Number.isInteger(value) ? Kind.INT : Kind.FLOAT, value: String(value) };
  if (Array.isArray(value)) return { kind: Kind.LIST, values: value.map(literal) };
  if (!isRecord(value)) return { kind: Kind.NULL };
  const fields = Object.entries(value).map(([name, inner]) => {
    return { kind: Kind.OBJECT_FIELD, name: nameNode(name), value: literal(inner) } as const;
  });
  return { kind: Kind.OBJECT, fields };
}

function nameNode(value: string) {
  return { kind: Kind.NAME, value } as const;
}

/** Fields of a source that only links read, in the overlay's names: `Type.field`. */
export function hiddenFields(member: OpenMember): readonly string[] {
  return (member.subschema.blueprint.hidden ?? []).map(coordinate => {
    const [type = '', field = ''] = coordinate.split('.');
    return `${prefixedType(member, type)}.${field}`;
  });
}
