import type { OpenApiCall } from '../../src/adapters/openapi/call/call.ts';

/** Kinds of bodies and answers that the round trip does not make yet: they are proved by tests of their own. */
const bodies: ReadonlySet<string> = new Set(['json', 'form', 'text', 'file', 'multipart']);
const answers: ReadonlySet<string> = new Set(['json', 'text', 'none', 'file']);

/** Why an operation is not asked at all; undefined: it is. */
export function leftOut(coordinate: string, call: OpenApiCall): string | undefined {
  if (coordinate.startsWith('Subscription.')) return 'a stream';
  if (call.body && !bodies.has(call.body.kind)) return `a body of the kind ${call.body.kind}`;
  return undefined;
}

/** Is the answer one that is made? */
export function isAnswered(kind: string): boolean {
  return answers.has(kind);
}
