import {
  type ConstDirectiveNode,
  type DefinitionNode,
  DirectiveLocation,
  GraphQLError,
  Source as GraphQLSource,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  parse,
  type SchemaDefinitionNode,
  type SchemaExtensionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql';
import { schemaElement } from '../policy/annotation.ts';
import { directives } from '../policy/directives.ts';
import { type DirectiveUse, readDirective } from '../policy/read-directive.ts';
import type { SourceText } from '../source/reader.ts';
import { type Report, spot } from './report.ts';

/** What the overlay's texts define: extensions of the sources' types, and types of its own. */
export interface Overlay {
  readonly extensions: readonly TypeExtensionNode[];
  readonly definitions: readonly TypeDefinitionNode[];
  /** Directives of the schema as a whole. */
  readonly ofSchema: readonly DirectiveUse[];
}

/** Parses every text; one that is no SDL is reported and leaves the others standing. */
export function readOverlay(texts: readonly SourceText[], report: Report): Overlay {
  const extensions: TypeExtensionNode[] = [];
  const definitions: TypeDefinitionNode[] = [];
  const ofSchema: DirectiveUse[] = [];
  for (const definition of texts.flatMap(text => parseText(text, report))) {
    if (isTypeExtensionNode(definition)) extensions.push(definition);
    else if (isTypeDefinitionNode(definition)) definitions.push(definition);
    else if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
      ofSchema.push(...readSchema(definition, report));
    else refuse(definition, report);
  }
  return { extensions, definitions, ofSchema };
}

/** The uses of directives on one element of the overlay; what is wrong with them is reported. */
export function readDirectives(
  nodes: readonly ConstDirectiveNode[] | undefined,
  location: DirectiveLocation,
  coordinate: string,
  report: Report,
): DirectiveUse[] {
  const uses: DirectiveUse[] = [];
  for (const node of nodes ?? []) {
    const use = readDirective(node, location);
    if ('code' in use) report.error(use.code, use.message, spot(node, coordinate), use.hint);
    else if (!directives.get(use.name)?.isRepeatable && uses.some(({ name }) => name === use.name)) {
      report.error('DIRECTIVE_INVALID', `@${use.name} stands here twice.`, spot(node, coordinate));
    } else uses.push(use);
  }
  return uses;
}

function parseText({ address, text }: SourceText, report: Report): readonly DefinitionNode[] {
  if (text.split('\n').every(line => /^[\s,]*(#.*)?$/.test(line))) return [];
  try {
    return parse(new GraphQLSource(text, address)).definitions;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const [location] = error.locations ?? [];
    report.error('OVERLAY_SYNTAX', error.message, [`${address}:${location?.line ?? 1}:${location?.column ?? 1}`]);
    return [];
  }
}

function readSchema(node: SchemaDefinitionNode | SchemaExtensionNode, report: Report): readonly DirectiveUse[] {
  const [operation] = node.operationTypes ?? [];
  if (operation) {
    const message = 'An overlay does not choose the root types: they are Query, Mutation and Subscription.';
    report.error('OVERLAY_TYPE_MISMATCH', message, spot(operation, schemaElement));
  }
  return readDirectives(node.directives, DirectiveLocation.SCHEMA, schemaElement, report);
}

function refuse(definition: DefinitionNode, report: Report): void {
  const what = definition.kind === Kind.DIRECTIVE_DEFINITION ? 'A directive definition' : 'An operation';
  report.error('OVERLAY_SYNTAX', `${what} does not belong in an overlay.`, spot(definition, ''), 'Remove it.');
}
