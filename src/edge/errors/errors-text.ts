import { GraphQLError } from 'graphql';
import type { AnswerError } from '../handler.ts';

/**
 * Errors as JSON text. What they share is written once: where a call fails, many fields do, and their errors differ in their paths
 * alone.
 */
export function errorsText(errors: readonly AnswerError[]): string {
  let before: AnswerError | undefined;
  let head = '';
  let tail = '';
  let text = '';
  for (const error of errors) {
    if (text !== '') text += ',';
    if (error instanceof GraphQLError) {
      text += JSON.stringify(error);
      continue;
    }
    if (!before || !differsInPathAlone(error, before)) {
      const locations = error.locations ? `,"locations":${JSON.stringify(error.locations)}` : '';
      head = `{"message":${JSON.stringify(error.message)}${locations}`;
      tail = `,"extensions":${JSON.stringify(error.extensions)}}`;
      before = error;
    }
    text += error.path ? `${head},"path":${JSON.stringify(error.path)}${tail}` : head + tail;
  }
  return `[${text}]`;
}

function differsInPathAlone({ message, locations, extensions }: AnswerError, other: AnswerError): boolean {
  return message === other.message && locations === other.locations && extensions === other.extensions;
}
