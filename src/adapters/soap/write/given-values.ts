import { hasIllegalCharacter } from '../../../adapter/xml/xml-writer.ts';
import { GatewayError } from '../../../base/error.ts';
import { isRecord } from '../../../base/json.ts';
import type { SimpleType } from '../model/model.ts';
import { isSameValue } from './lexical.ts';
import type { Values } from './value-reader.ts';

/** Text that XML can carry. */
export function checkedText(text: string, path: string): string {
  if (hasIllegalCharacter(text)) throw refused(path, 'it has a character that XML cannot carry');
  return text;
}

/** The one field of a `@oneOf` input that is given. */
export function onlyOf(value: unknown, path: string): readonly [string, unknown] {
  const given = Object.entries(recordOf(value, path)).filter(([, one]) => one !== undefined);
  const [only] = given;
  if (!only || given.length > 1) throw refused(path, 'exactly one of its fields is required');
  return only;
}

export function recordOf(value: unknown, path: string): Values {
  if (isRecord(value)) return value;
  throw refused(path, 'an object is required');
}

/** What a client gave cannot be written. `path`: of the argument. */
export function refused(path: string, reason: string): GatewayError {
  const details = path === '' ? {} : { argument: path };
  return new GatewayError(
    'BAD_USER_INPUT',
    `The argument ${path === '' ? '' : `"${path}" `}is not accepted: ${reason}.`,
    { details },
  );
}

/** A value where the schema has only one (XSD 1.0 part 1, 3.2.1 and 3.3.1). */
export function demandFixed(type: SimpleType, text: string, fixed: string | undefined, path: string): void {
  if (fixed !== undefined && !isSameValue(type, text, fixed))
    throw refused(path, `it must be ${JSON.stringify(fixed)}`);
}
