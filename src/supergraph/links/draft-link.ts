import { DirectiveLocation, type FieldDefinitionNode, Kind, type TypeExtensionNode } from 'graphql';
import { isLegalName } from '../../base/names.ts';
import type { DirectiveUse } from '../../policy/read-directive.ts';
import { readDirectives } from '../read-overlay.ts';
import { type Report, spot } from '../report.ts';
import { isReserved } from '../reserved-names.ts';
import type { LinkDraft } from './link-draft.ts';

/** A field with `@resolve` as the overlay writes it; undefined, and told, where no link can stand. */
export function draftLink(
  parent: TypeExtensionNode,
  field: FieldDefinitionNode,
  use: DirectiveUse,
  report: Report,
): LinkDraft | undefined {
  const typeName = parent.name.value;
  const coordinate = `${typeName}.${field.name.value}`;
  const refuse = (message: string, hint?: string) => {
    report.error('LINK_INVALID', message, spot(field, coordinate), hint);
    return undefined;
  };
  if (parent.kind === Kind.INTERFACE_TYPE_EXTENSION)
    return refuse('A link cannot stand on an interface.', 'Write it on each type that implements the interface.');
  if (typeName === 'Mutation' || typeName === 'Subscription') return refuse(`A link cannot stand on ${typeName}.`);
  if (isReserved(field.name.value) || !isLegalName(field.name.value))
    return refuse('The name of the field is reserved.');
  refuseDirectivesOfArguments(field, coordinate, report);
  return { typeName, field, node: use.node, args: use.args, at: spot(use.node, coordinate) };
}

function refuseDirectivesOfArguments(field: FieldDefinitionNode, coordinate: string, report: Report): void {
  for (const { name, directives } of field.arguments ?? []) {
    const at = `${coordinate}.${name.value}`;
    for (const { node } of readDirectives(directives, DirectiveLocation.ARGUMENT_DEFINITION, at, report)) {
      const message = `@${node.name.value} on an argument that the overlay itself defines does nothing.`;
      report.error('DIRECTIVE_INVALID', message, spot(node, at), 'Name or leave out the argument here.');
    }
  }
}
