import { words } from '../../../base/names.ts';

/** First words of names of operations that only read. WSDL itself says nothing about it (mapping.md B3). */
const reading: ReadonlySet<string> = new Set([
  'get',
  'list',
  'find',
  'search',
  'query',
  'read',
  'fetch',
  'describe',
  'lookup',
  'check',
  'is',
  'has',
  'count',
  'retrieve',
  'view',
  'show',
]);

/** The guess from an operation's name: what is not known to read may write. */
export function guessedKind(operation: string): 'Query' | 'Mutation' {
  return reading.has((words(operation)[0] ?? '').toLowerCase()) ? 'Query' : 'Mutation';
}
