import { type DefinitionNode, type DocumentNode, Kind, type TypeNode, visit } from 'graphql';
import { clientName, type Drafts } from '../drafts.ts';
import type { Pieces } from '../source-view.ts';
import type { LinkPlan } from './compile-link.ts';

/** The fields that links add, in the client's names. */
export function linkDefinitions({ drafts, links }: Pieces): DocumentNode {
  return { kind: Kind.DOCUMENT, definitions: links.map(plan => linkDefinition(plan, drafts)) };
}

function linkDefinition({ typeName, field }: LinkPlan, drafts: Drafts): DefinitionNode {
  const coordinate = `${typeName}.${field.name.value}`;
  const name = clientName(drafts, coordinate, field.name.value);
  const directives = (field.directives ?? []).filter(directive => directive.name.value === 'deprecated');
  return {
    kind: Kind.OBJECT_TYPE_EXTENSION,
    name: { kind: Kind.NAME, value: clientName(drafts, typeName, typeName) },
    fields: [{ ...inClientNames(field, drafts), name: { kind: Kind.NAME, value: name }, directives }],
  };
}

export function inClientNames<T extends TypeNode | LinkPlan['field']>(node: T, drafts: Drafts): T {
  return visit(node, {
    NamedType: ({ kind, name }) => ({ kind, name: { ...name, value: clientName(drafts, name.value, name.value) } }),
  });
}
