import {
  type ASTNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  getLocation,
  Kind,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { DeclaredAnnotation } from '../../adapter/adapter.ts';
import { documentDirectives } from '../../base/document-directives.ts';
import { isRecord } from '../../base/json.ts';

/**
 * The directives of an SDL that the gateway enforces, each at its element, but for the ignored ones; and the first use of all others, by
 * their names as they are written.
 */
export function declaredIn(
  document: DocumentNode,
  ignored: ReadonlySet<string>,
): {
  readonly annotations: readonly DeclaredAnnotation[];
  readonly others: ReadonlyMap<string, DirectiveNode>;
} {
  const meanings = meaningsIn(document.definitions);
  const annotations: DeclaredAnnotation[] = [];
  const others = new Map<string, DirectiveNode>();
  visit(document, {
    Directive(node, _key, _parent, _path, ancestors) {
      const written = node.name.value;
      const directive = meanings.get(written) ?? written;
      const element = elementOf(ancestors.filter(isNode));
      if (documentDirectives.has(directive) && !ignored.has(written) && element !== undefined) {
        annotations.push({ element, directive, value: argumentsOf(node), at: placeOf(node, element) });
      } else if (!others.has(written)) others.set(written, node);
    },
  });
  return { annotations, others };
}

/** Of the definitions and fields that a directive stands in, the coordinate; undefined on the schema, and in a directive's definition. */
function elementOf(around: readonly ASTNode[]): string | undefined {
  const [first] = around.filter(({ kind }) => kind !== Kind.DOCUMENT);
  if (!first || first.kind === Kind.DIRECTIVE_DEFINITION) return undefined;
  const names = around.flatMap(node => ('name' in node && node.name?.kind === Kind.NAME ? [node.name.value] : []));
  return names.length === 0 ? undefined : names.join('.');
}

function isNode(ancestor: ASTNode | readonly ASTNode[]): ancestor is ASTNode {
  return !Array.isArray(ancestor);
}

function argumentsOf({ arguments: args = [] }: DirectiveNode): Readonly<Record<string, unknown>> {
  return Object.fromEntries(args.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}

function placeOf({ loc }: DirectiveNode, element: string): readonly string[] {
  if (!loc) return [element];
  const { line, column } = getLocation(loc.source, loc.start);
  return [`${loc.source.name}:${line}:${column}`, element];
}

/**
 * What directives mean that a subgraph imports under names of its own (Apollo's core schema `@link`, 1.0): `import: [{ name, as }]`, and
 * those that are not imported at all, which have the specification's name before them.
 */
function meaningsIn(definitions: readonly DefinitionNode[]): ReadonlyMap<string, string> {
  const meanings = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      if (directive.name.value === 'link') addLink(directive, meanings);
    }
  }
  return meanings;
}

function addLink(directive: ConstDirectiveNode, meanings: Map<string, string>): void {
  const { url, as, import: imported } = argumentsOf(directive);
  const [name = ''] = typeof url === 'string' ? url.split('/').slice(-2) : [];
  const namespace = typeof as === 'string' ? as : name;
  for (const known of documentDirectives) meanings.set(`${namespace}__${known}`, known);
  for (const each of Array.isArray(imported) ? imported : []) {
    if (!isRecord(each)) continue;
    const { name: original, as: alias } = each;
    if (typeof original === 'string' && typeof alias === 'string') meanings.set(bare(alias), bare(original));
  }
}

function bare(written: string): string {
  return written.replace(/^@/, '');
}
