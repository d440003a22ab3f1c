import { type GraphQLField, type GraphQLObjectType, type GraphQLSchema, isInterfaceType, isObjectType } from 'graphql';
import { type Coordinate, coordinate } from '../base/coordinate.ts';
import { type ErrorCode, errorCodes, GatewayError } from '../base/error.ts';
import type { Annotation, Annotations } from './annotation.ts';
import { type CannedTemplate, cannedTemplate, referencesIn } from './canned-template.ts';
import type { Condition } from './condition.ts';
import type { PolicyNames } from './policy-names.ts';
import { readWhen } from './read-when.ts';

/** What a field is answered with, by nobody's asking. */
export type CannedAnswer = { readonly template: CannedTemplate } | { readonly error: GatewayError };

export interface Canned {
  readonly answer: CannedAnswer;
  /** Absent: always. */
  readonly when?: Condition;
}

/** By coordinate of a field of an object, in the client's names: the first that holds. Where none does, the field is as it would be without. */
export type CannedFields = ReadonlyMap<Coordinate, readonly Canned[]>;

interface Around {
  readonly schema: GraphQLSchema;
  /** Fields that another source fills, in the client's names. */
  readonly links: ReadonlySet<string>;
  readonly names: PolicyNames;
}

/** What `@canned` says of fields, those of interfaces among them; undefined where it says nothing. The annotations have been checked. */
export function cannedFields(annotations: Annotations, around: Around): CannedFields | undefined {
  const fields = new Map<Coordinate, Canned[]>();
  const said = [...annotations].flatMap(([element, all]) =>
    all.flatMap(annotation => (annotation.directive === 'canned' ? [{ element, annotation }] : [])),
  );
  const isOwn = ({ element }: (typeof said)[number]) => isObjectType(around.schema.getType(typeNameOf(element)));
  // What is said of an object itself goes before what is said of what it implements.
  for (const { element, annotation } of [...said.filter(isOwn), ...said.filter(one => !isOwn(one))]) {
    for (const { type, field } of answeredFields(element, around.schema)) {
      const at = coordinate(type.name, field.name);
      fields.set(at, [...(fields.get(at) ?? []), cannedOf(annotation, at, field, around)]);
    }
  }
  return fields.size > 0 ? fields : undefined;
}

/** The fields of objects that clients see and that an element means: its own, or those of all that implement it. */
export function answeredFields(
  element: string,
  schema: GraphQLSchema,
): readonly { readonly type: GraphQLObjectType; readonly field: GraphQLField<unknown, unknown> }[] {
  const [, fieldName = ''] = element.split('.');
  const type = schema.getType(typeNameOf(element));
  const types = isObjectType(type) ? [type] : isInterfaceType(type) ? schema.getPossibleTypes(type) : [];
  return types.flatMap(each => {
    const field = Object.hasOwn(each.getFields(), fieldName) ? each.getFields()[fieldName] : undefined;
    return field ? [{ type: each, field }] : [];
  });
}

/** Does the answer hang on the field's arguments? Where it does not, nobody looks at them. */
export function readsArguments(answer: CannedAnswer): boolean {
  return 'template' in answer && referencesIn(answer.template).some(({ kind }) => kind === 'args');
}

function typeNameOf(element: string): string {
  return element.split('.', 1)[0] ?? '';
}

/** `CODE`, or `CODE: message`. */
export function cannedError(written: string): { readonly code: ErrorCode; readonly message: string } | undefined {
  const [, name, message = 'This field is not available now.'] = /^([A-Z_]+)(?:: *(\S.*))?$/s.exec(written) ?? [];
  const code = errorCodes.find(known => known === name);
  return code && { code, message };
}

function cannedOf(
  { args }: Annotation,
  element: string,
  field: GraphQLField<unknown, unknown>,
  { schema, links, names }: Around,
): Canned {
  const told = typeof args['error'] === 'string' ? cannedError(args['error']) : undefined;
  const answer: CannedAnswer = told
    ? { error: new GatewayError(told.code, told.message) }
    : { template: cannedTemplate(args['value'], { element, field, schema, links }, []) };
  const when = typeof args['when'] === 'string' ? readWhen(args['when'], field, names) : undefined;
  return when && 'condition' in when ? { answer, when: when.condition } : { answer };
}
