import {
  buildASTSchema,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  parse,
  Source,
  specifiedDirectives,
  validateSchema,
  visit,
} from 'graphql';
import { validateSDL } from 'graphql/validation/validate.js';
import type { DeclaredAnnotation } from '../../adapter/adapter.ts';
import { type Checked, checked, refused } from '../../base/checked.ts';
import type { Diagnostic, DiagnosticCode } from '../../base/diagnostic.ts';
import { speaksOfAccess } from '../../base/document-directives.ts';
import type { SourceText } from '../../source/reader.ts';
import { refusal } from '../../source/refusal.ts';
import { declaredIn } from './declared.ts';
import { type Repetition, withoutRepetition } from './repetition.ts';

/** What SDL comes to. */
interface SdlSchema {
  readonly schema: GraphQLSchema;
  readonly annotations: readonly DeclaredAnnotation[];
}

/**
 * The schema of one or more SDL texts. Directives that are neither standard nor enforced by the gateway say nothing to us, and are told in
 * a note; one that speaks of access is refused, unless it is among `ignored`, as those are that would be enforced.
 */
export function schemaOfSdl(texts: readonly SourceText[], ignored: readonly string[]): Checked<SdlSchema> {
  const definitions: DefinitionNode[] = [];
  const problems: Diagnostic[] = [];
  for (const { address, text } of texts) {
    try {
      definitions.push(...parse(new Source(text, address)).definitions);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      problems.push(located('DOCUMENT_SYNTAX', error, address));
    }
  }
  if (problems.length > 0) return refused(...problems);
  const first = texts[0]?.address ?? '';
  const written: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  const { annotations, others } = declaredIn(written, new Set(ignored));
  const document = withoutDirectives(written);
  const unknown = [...others].filter(([name]) => speaksOfAccess(name) && !ignored.includes(name));
  if (unknown.length > 0) return refused(...unknown.map(([, node]) => unknownAccess(node, first)));
  const { document: once, repetitions } = withoutRepetition(document);
  const complete = definedFirst(once);
  const errors = validateSDL(complete);
  if (errors.length > 0) return refused(...errors.map(error => located('DOCUMENT_INVALID', error, first)));
  const schema = buildASTSchema(complete, { assumeValidSDL: true });
  const invalid = validateSchema(schema).filter(error => !/^Query root type must be provided/.test(error.message));
  if (invalid.length > 0) return refused(...invalid.map(error => located('DOCUMENT_INVALID', error, first)));
  const told = repetitions.map(repetition => repetitionWarning(repetition, first));
  const value = { schema, annotations };
  const passedOver = [...others.keys()].filter(name => !standard.has(name));
  return checked(value, passedOver.length === 0 ? told : [...told, directiveNote(passedOver, first)]);
}

const standard: ReadonlySet<string> = new Set(specifiedDirectives.map(directive => directive.name));

/** Drops the definitions and uses of other directives, so that none of them has to be defined (federation's never are). */
function withoutDirectives(document: DocumentNode): DocumentNode {
  const drop = (node: DirectiveNode | { readonly name: { readonly value: string } }) =>
    standard.has(node.name.value) ? undefined : null;
  return visit(document, { Directive: drop, DirectiveDefinition: drop });
}

/** Modular SDL may only ever extend a type (`extend type Query` above all): the first extension then is the definition. */
function definedFirst(document: DocumentNode): DocumentNode {
  const defined = new Set(document.definitions.filter(isTypeDefinitionNode).map(node => node.name.value));
  const definitions = document.definitions.map(node => {
    if (!isTypeExtensionNode(node) || defined.has(node.name.value)) return node;
    defined.add(node.name.value);
    const kind = node.kind.replace('Extension', 'Definition');
    return { ...node, kind } as DefinitionNode; // an extension of a kind has the fields of the definition of that kind
  });
  return { ...document, definitions };
}

function directiveNote(names: readonly string[], address: string): Diagnostic {
  const list = [...names].sort().map(name => `@${name}`);
  const message = `These directives are not taken over; what they do remains the server's affair: ${list.join(', ')}.`;
  return { severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message, at: [address] };
}

function unknownAccess(node: DirectiveNode, fallback: string): Diagnostic {
  const name = node.name.value;
  const message = `@${name} seems to say who may see what, and the gateway does not know it.`;
  const { at } = located('DIRECTIVE_UNKNOWN', new GraphQLError(message, { nodes: node }), fallback);
  const hint = `say the same by @authenticated, @requiresScopes or @policy in the overlay; then name it in the source's \`ignoreDirectives\``;
  return { severity: 'error', code: 'DIRECTIVE_UNKNOWN', message, at, hint };
}

function repetitionWarning({ what, node }: Repetition, fallback: string): Diagnostic {
  const message = `"${what}" is defined again in the same words, and is taken once.`;
  const { at } = located('DOCUMENT_INVALID', new GraphQLError(message, { nodes: node }), fallback);
  return { severity: 'warning', code: 'DOCUMENT_INVALID', message, at };
}

function located(code: DiagnosticCode, error: GraphQLError, fallback: string): Diagnostic {
  const place = error.locations?.[0];
  const address = error.source?.name ?? fallback;
  return refusal(code, [place ? `${address}:${place.line}:${place.column}` : address], error.message);
}
