import type { FieldDefinitionNode, ObjectTypeExtensionNode, TypeExtensionNode } from 'graphql';
import { Kind } from 'graphql';
import type { DeclaredSource } from '../source/declared-source.ts';
import type { OperationKind } from '../source/operation-kind.ts';
import type { SourceText } from '../source/reader.ts';
import { rootFieldName } from '../source/root-field-name.ts';
import { type Catalogue, isRoot } from './catalogue.ts';
import { type Overlay, readOverlay } from './read-overlay.ts';
import { Report, spot } from './report.ts';

/**
 * The sources as the overlay's `@operation` has them, before they are described: what a root field is decides how it is called. Mistakes
 * are for `placeOperations` to tell.
 */
export function overlaidSources<TSource extends DeclaredSource>(
  sources: readonly TSource[],
  overlay: readonly SourceText[],
): readonly TSource[] {
  const said = readOverlay(overlay, new Report()).extensions.flatMap(extension =>
    rootFields(extension).flatMap(({ field, kind }): [string, OperationKind][] =>
      kind === 'Query' || kind === 'Mutation' ? [[field.name.value, kind]] : [],
    ),
  );
  if (said.length === 0) return sources;
  return sources.map(source => {
    const before = rootFieldName(source.options.prefix, '');
    const own = said.filter(([name]) => name.startsWith(before));
    return own.length > 0 ? { ...source, operationKinds: Object.fromEntries(own.reverse()) } : source; // the first word counts
  });
}

/**
 * The overlay with each root field that has an `@operation` in the root type that it says, wherever it was written. What cannot be is told,
 * and nothing more is said of that field.
 */
export function placeOperations(overlay: Overlay, catalogue: Catalogue, report: Report): Overlay {
  const said = new Map<string, RootKind>();
  const extensions = overlay.extensions.flatMap(extension => {
    const found = rootFields(extension);
    const right = found.filter(one => {
      const name = one.field.name.value;
      const before = said.get(name) ?? one.kind;
      said.set(name, before);
      const contradiction = { message: `${name} is said to be a ${before} and a ${one.kind}.`, hint: undefined };
      const wrong = before === one.kind ? misplaced(one, catalogue) : [contradiction];
      const at = spot(one.node, `${extension.name.value}.${name}`);
      for (const { message, hint } of wrong) report.error('DIRECTIVE_INVALID', message, at, hint);
      return wrong.length === 0;
    });
    return found.length > 0 ? split(extension as ObjectTypeExtensionNode, found, right) : [extension]; // it has fields
  });
  return { ...overlay, extensions };
}

type RootKind = OperationKind | 'Subscription';

interface SaidOperation {
  readonly field: FieldDefinitionNode;
  readonly node: NonNullable<FieldDefinitionNode['directives']>[number];
  readonly kind: RootKind;
}

const kinds: ReadonlyMap<string, RootKind> = new Map([
  ['QUERY', 'Query'],
  ['MUTATION', 'Mutation'],
  ['SUBSCRIPTION', 'Subscription'],
]);

/** The fields of a root type that have an `@operation`. What is wrong with its argument is found out where all directives are read. */
function rootFields(extension: TypeExtensionNode): readonly SaidOperation[] {
  if (extension.kind !== Kind.OBJECT_TYPE_EXTENSION || !isRoot(extension.name.value)) return [];
  return (extension.fields ?? []).flatMap(field =>
    (field.directives ?? []).flatMap(node => {
      const [argument] = node.name.value === 'operation' ? (node.arguments ?? []) : [];
      const kind = argument?.value.kind === Kind.ENUM ? kinds.get(argument.value.value) : undefined;
      return kind ? [{ field, node, kind }] : [];
    }),
  );
}

interface Mistake {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Who has the field under another root type, or names it as something else. */
function misplaced({ field: { name }, kind }: SaidOperation, catalogue: Catalogue): readonly Mistake[] {
  const owners = catalogue.fields(kind).get(name.value) ?? [];
  const other =
    owners.length > 0 ? undefined : [...kinds.values()].find(root => catalogue.fields(root).has(name.value));
  if (other) {
    const [owner] = catalogue.fields(other).get(name.value) ?? [];
    return [
      { message: `${other}.${name.value} cannot be a ${kind}: what it is, "${owner?.member.name}" says itself.` },
    ];
  }
  return owners.flatMap(({ member, field }) => {
    const { queries, mutations } = member.source.options;
    const [key, named] = kind === 'Query' ? ['mutations', mutations] : ['queries', queries];
    if (!named.includes(field.name)) return [];
    const message = `${name.value} is a ${kind} here, and "${key}" of the source "${member.name}" names it.`;
    return [{ message, hint: 'Remove one of the two.' }];
  });
}

/** The extension without the fields that were found, and an extension of the root type that each of the right ones belongs in. */
function split(
  extension: ObjectTypeExtensionNode,
  found: readonly SaidOperation[],
  right: readonly SaidOperation[],
): readonly TypeExtensionNode[] {
  const away = new Set(found.map(({ field }) => field));
  const { directives, interfaces, ...bare } = extension;
  const fields = (extension.fields ?? []).filter(field => !away.has(field));
  const left = fields.length > 0 || (directives ?? []).length + (interfaces ?? []).length > 0;
  return [
    ...(left ? [{ ...extension, fields }] : []),
    ...right.map(({ field, kind }) => ({ ...bare, name: { ...extension.name, value: kind }, fields: [field] })),
  ];
}
