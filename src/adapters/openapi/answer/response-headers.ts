import type { IncomingHttpHeaders } from 'node:http';
import type { FieldDefinitionNode, ObjectTypeDefinitionNode } from 'graphql';
import { field, listOf, named, nonNull, objectType } from '../../../adapter/definitions.ts';
import { ofConnection } from '../../../adapter/outgoing-headers.ts';
import { matchesAny } from '../../../base/glob.ts';
import type { Operation } from '../document/operation.ts';

/** The field of an answer that holds its headers. */
export const headersName = '_headers';

/** The type of a header. */
export const headerTypeName = 'HttpHeader';

export function headersField(): FieldDefinitionNode {
  const description =
    'The headers that came with this answer, where the object is the whole of an answer; otherwise null. A header that came several times stands here as often.';
  return field(headersName, listOf(nonNull(named(headerTypeName))), { description });
}

export function headerType(): ObjectTypeDefinitionNode {
  const text = nonNull(named('String'));
  const fields = [field('name', text, { description: 'In lower case.' }), field('value', text)];
  return objectType(headerTypeName, fields, { description: 'A header of an HTTP answer (RFC 9110, 5).' });
}

/**
 * The headers of an operation's answers that clients may ask for: those that its document declares, and those that the configuration
 * names. A cookie is only given where the configuration names it by itself.
 */
export function allowedHeaders({ responses }: Operation, configured: readonly string[]): readonly string[] {
  const declared = responses.flatMap(({ headers }) => headers).filter(name => !cookies.has(name));
  return [...new Set([...declared, ...configured])].filter(name => !ofConnection.has(name));
}

export interface GivenHeader {
  readonly name: string;
  readonly value: string;
}

/** In the order they came. `allowed`: names or globs. */
export function givenHeaders(headers: IncomingHttpHeaders, allowed: readonly string[]): readonly GivenHeader[] {
  const exact = new Set(allowed);
  const globs = allowed.filter(name => name.includes('*'));
  return Object.entries(headers).flatMap(([name, values = []]): readonly GivenHeader[] => {
    if (!exact.has(name) && (withheld.has(name) || !matchesAny(name, globs))) return [];
    return (Array.isArray(values) ? values : [values]).map(value => ({ name, value }));
  });
}

const cookies: ReadonlySet<string> = new Set(['set-cookie', 'set-cookie2']);

/** What no glob lets out. */
const withheld: ReadonlySet<string> = new Set([
  ...cookies,
  ...ofConnection,
  'www-authenticate',
  'content-encoding', // of the body as it came, and it is decoded
  'content-length',
]);
