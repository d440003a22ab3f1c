import type { GraphQLSchema } from 'graphql';
import { namesCheck } from './access-annotations.ts';
import type { Annotation } from './annotation.ts';
import { checkCanned } from './canned-check.ts';
import { checkCost, checkListSize } from './cost-checks.ts';
import type { PolicyNames } from './policy-names.ts';
import { checkRateLimit } from './rate-limit-check.ts';

/** An annotation at its element. */
export interface AnnotatedElement {
  readonly annotation: Annotation;
  /** `Type`, `Type.field`, … in the client's names. */
  readonly element: string;
  /** The client's schema: hidden elements are not in it. */
  readonly schema: GraphQLSchema;
  /** Fields that another source fills, in the client's names. */
  readonly links: ReadonlySet<string>;
  /** What there is to name. */
  readonly names: PolicyNames;
}

/** What is wrong with an annotation beyond the types of its arguments: sentences for DIRECTIVE_INVALID, with what to do next. */
export type AnnotationCheck = (
  annotated: AnnotatedElement,
) => readonly { readonly message: string; readonly hint?: string }[];

/** By directive. */
export const annotationChecks: Readonly<Record<string, AnnotationCheck>> = {
  canned: checkCanned,
  cost: checkCost,
  listSize: checkListSize,
  rateLimit: checkRateLimit,
  requiresScopes: namesCheck,
  policy: namesCheck,
};
