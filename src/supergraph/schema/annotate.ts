import {
  DirectiveLocation,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import type { DeclaredAnnotation } from '../../adapter/adapter.ts';
import { matchesAny } from '../../base/glob.ts';
import type { Annotation, Annotations } from '../../policy/annotation.ts';
import { type AnnotatedElement, annotationChecks } from '../../policy/annotation-checks.ts';
import { readDirectiveData } from '../../policy/read-directive-data.ts';
import { append } from '../catalogue.ts';
import { clientCoordinate } from '../drafts.ts';
import type { Report } from '../report.ts';
import type { Pieces, SourceView } from '../source-view.ts';
import { clientArgument, clientMember, clientParent, clientType } from './name-table.ts';

/** A directive for all elements that a glob of the configuration matches. */
export interface CoordinatePolicy {
  /** `Type` or `Type.field` in the client's names, where `*` stands for any characters but a dot. */
  readonly glob: string;
  readonly directive: string;
  /** As in `DeclaredAnnotation`. */
  readonly value: unknown;
  readonly at: readonly string[];
}

/** What the overlay, the sources' own documents and the configuration say of elements: all of it holds. */
export function annotate(
  pieces: Pieces,
  views: readonly SourceView[],
  policies: readonly CoordinatePolicy[],
  absent: readonly string[],
  report: Report,
): Annotations {
  const annotations = new Map<string, Annotation[]>();
  for (const [element, said] of pieces.drafts.annotations) {
    for (const annotation of said) append(annotations, clientCoordinate(pieces.drafts, element), annotation);
  }
  for (const view of views) {
    for (const declared of view.member.subschema.blueprint.annotations ?? [])
      addDeclared(declared, view, annotations, report);
  }
  const unanswered = namespaceElements(pieces);
  const elements =
    policies.length > 0 ? new Map([...elementsOf(pieces, views), ...unanswered]) : new Map<string, DirectiveLocation>();
  const answered = new Map([...elements].filter(([element]) => !unanswered.has(element)));
  for (const policy of policies) {
    const able = policy.directive === 'canned' ? answered : elements; // a namespace is there without an answer
    addPolicy(policy, able, absent, annotations, report);
  }
  return annotations;
}

/** What is wrong with annotations beyond the types of their arguments. */
export function checkAnnotations(
  annotations: Annotations,
  around: Omit<AnnotatedElement, 'annotation' | 'element'>,
  report: Report,
): void {
  for (const [element, said] of annotations) {
    for (const annotation of said) {
      const problems = annotationChecks[annotation.directive]?.({ annotation, element, ...around }) ?? [];
      for (const { message, hint } of problems) report.error('DIRECTIVE_INVALID', message, annotation.at, hint);
    }
  }
}

function addDeclared(
  { element, directive, value, at }: DeclaredAnnotation,
  view: SourceView,
  annotations: Map<string, Annotation[]>,
  report: Report,
): void {
  const place = [view.member.name, ...at];
  const location = locationIn(view.member.schema, element);
  if (location === undefined) {
    report.error('DIRECTIVE_INVALID', `@${directive} stands on ${element}, where no directive of Selvage can.`, place);
    return;
  }
  const read = readDirectiveData(directive, value, location);
  if ('code' in read) {
    report.error(read.code, read.message, place, read.hint);
    return;
  }
  const client = clientElement(view, element);
  for (const { name, args } of read) append(annotations, client, { directive: name, args, at: place });
}

function addPolicy(
  { glob, directive, value, at }: CoordinatePolicy,
  elements: ReadonlyMap<string, DirectiveLocation>,
  absent: readonly string[],
  annotations: Map<string, Annotation[]>,
  report: Report,
): void {
  const steps = glob.split('.');
  const matched = [...elements].filter(([element]) => matchesSteps(element.split('.'), steps));
  if (matched.length === 0) {
    const message = `"${glob}" matches no type and no field.`;
    if (absent.length > 0) report.warning('OVERLAY_SOURCE_ABSENT', `${message} (${absent.join(', ')} is absent.)`, at);
    else
      report.error(
        'POLICY_UNMATCHED',
        message,
        at,
        'Write Type or Type.field as clients see them; * stands for any characters.',
      );
    return;
  }
  // A glob may match elements of several kinds: it speaks of those on which the directive can stand.
  const reads = matched.map(([element, location]) => [element, readDirectiveData(directive, value, location)] as const);
  const fitting = reads.filter(([, read]) => !('code' in read));
  const [first] = reads;
  if (fitting.length === 0 && first && 'code' in first[1]) {
    report.error(first[1].code, first[1].message, at, first[1].hint);
    return;
  }
  for (const [element, read] of fitting) {
    if ('code' in read) continue;
    for (const { name, args } of read) append(annotations, element, { directive: name, args, at });
  }
}

/** The types of namespaces, and the fields that give them. */
function namespaceElements({ drafts: { namespaces } }: Pieces): ReadonlyMap<string, DirectiveLocation> {
  return new Map(
    [...namespaces.types].flatMap(([typeName, { parent, field }]): [string, DirectiveLocation][] => [
      [typeName, DirectiveLocation.OBJECT],
      [`${parent}.${field}`, DirectiveLocation.FIELD_DEFINITION],
    ]),
  );
}

function matchesSteps(element: readonly string[], glob: readonly string[]): boolean {
  return element.length === glob.length && element.every((step, index) => matchesAny(step, [glob[index] ?? '']));
}

/** Every type and field in the client's names, hidden ones and links among them. */
function elementsOf({ drafts, links }: Pieces, views: readonly SourceView[]): ReadonlyMap<string, DirectiveLocation> {
  const elements = new Map<string, DirectiveLocation>();
  for (const view of views) {
    for (const type of Object.values(view.member.schema.getTypeMap())) {
      if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
      const location = locationOfType(type);
      if (location) elements.set(clientElement(view, type.name), location);
      if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
      const ofField = isInputObjectType(type)
        ? DirectiveLocation.INPUT_FIELD_DEFINITION
        : DirectiveLocation.FIELD_DEFINITION;
      for (const name of Object.keys(type.getFields()))
        elements.set(clientElement(view, `${type.name}.${name}`), ofField);
    }
  }
  for (const { typeName, field } of links)
    elements.set(clientCoordinate(drafts, `${typeName}.${field.name.value}`), DirectiveLocation.FIELD_DEFINITION);
  return elements;
}

function clientElement({ table }: SourceView, element: string): string {
  const [type = '', field, argument] = element.split('.');
  const names = [field === undefined ? clientType(table, type) : clientParent(table, type, field)];
  if (field !== undefined) names.push(clientMember(table, type, field));
  if (field !== undefined && argument !== undefined) names.push(clientArgument(table, type, field, argument));
  return names.join('.');
}

function locationIn(schema: GraphQLSchema, element: string): DirectiveLocation | undefined {
  const [typeName = '', fieldName, argument] = element.split('.');
  const type = schema.getType(typeName);
  if (!type || fieldName === undefined) return type && locationOfType(type);
  if (isInputObjectType(type)) return DirectiveLocation.INPUT_FIELD_DEFINITION;
  if (isEnumType(type)) return DirectiveLocation.ENUM_VALUE;
  return argument === undefined ? DirectiveLocation.FIELD_DEFINITION : DirectiveLocation.ARGUMENT_DEFINITION;
}

function locationOfType(type: GraphQLNamedType): DirectiveLocation | undefined {
  if (isObjectType(type)) return DirectiveLocation.OBJECT;
  if (isInterfaceType(type)) return DirectiveLocation.INTERFACE;
  if (isEnumType(type)) return DirectiveLocation.ENUM;
  if (isScalarType(type)) return DirectiveLocation.SCALAR;
  return isInputObjectType(type) ? DirectiveLocation.INPUT_OBJECT : DirectiveLocation.UNION;
}
