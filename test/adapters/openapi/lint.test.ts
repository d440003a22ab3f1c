import { describe, expect, it } from 'vitest';
import { load } from '../../../src/adapters/openapi/load.ts';
import { memoryReader, source } from './describe-document.ts';

async function findings(document: unknown, lint = true) {
  const signal = new AbortController().signal;
  const loaded = await load(source(), { reader: memoryReader({ '/api.json': document }), signal, lint });
  return loaded.diagnostics.map(({ severity, code, message, at }) => ({ severity, code, message, at }));
}

const warning = (pointer: string, message: string) => ({
  severity: 'warning',
  code: 'DOCUMENT_LINT',
  message,
  at: pointer === '' ? ['/api.json'] : ['/api.json', pointer],
});

const info = { title: 't', version: '1' };
const get = { responses: { 200: { description: '' } } };
const parameter = { name: 'a', in: 'query', schema: { type: 'string' } };

/** One mistake, in each of the versions that know it. */
const mistakes: readonly (readonly [what: string, document: object, ...found: ReturnType<typeof warning>[]])[] = [
  ['nothing', { openapi: '3.2.0', info, paths: { '/a': { get } } }],
  ['nothing', { openapi: '3.1.1', info, paths: { '/a': { get } } }],
  ['nothing', { openapi: '3.0.4', info, paths: { '/a': { get } } }],
  ['nothing', { swagger: '2.0', info, paths: { '/a': { get } } }],
  [
    'a keyword that is misspelt',
    { openapi: '3.1.0', info, paths: { '/a': { get: { ...get, sumary: 'A' } } } },
    warning('/paths/~1a/get/sumary', '"sumary" is no keyword here. Did you mean "summary"?'),
  ],
  [
    'a keyword that is misspelt',
    { openapi: '3.0.0', info, paths: { '/a': { get: { ...get, sumary: 'A' } } } },
    warning('/paths/~1a/get/sumary', '"sumary" is no keyword here. Did you mean "summary"?'),
  ],
  [
    'a keyword that is misspelt',
    { swagger: '2.0', info, paths: { '/a': { get: { ...get, sumary: 'A' } } } },
    warning('/paths/~1a/get/sumary', '"sumary" is no keyword here. Did you mean "summary"?'),
  ],
  ['what is missing', { openapi: '3.1.0', info: { title: 't' }, paths: {} }, warning('/info', '"version" is missing.')],
  [
    'what is of another type',
    { openapi: '3.0.0', info: { ...info, version: 1 }, paths: {} },
    warning('/info/version', 'This is a number, and must be a string.'),
  ],
  [
    'a place that no parameter has',
    { openapi: '3.1.0', info, paths: { '/a': { get: { ...get, parameters: [{ ...parameter, in: 'qeury' }] } } } },
    warning(
      '/paths/~1a/get/parameters/0/in',
      '"qeury" is none of "query", "header", "path", "cookie". Did you mean "query"?',
    ),
  ],
  [
    'a mistake in one of several alternatives, of which it tells those of the one that was meant',
    { openapi: '3.0.0', info, paths: { '/a': { get: { ...get, parameters: [{ ...parameter, requird: true }] } } } },
    warning('/paths/~1a/get/parameters/0/requird', '"requird" is no keyword here. Did you mean "required"?'),
  ],
  [
    'what excludes one another',
    {
      openapi: '3.1.0',
      info,
      paths: { '/a': { get: { ...get, parameters: [{ ...parameter, example: 1, examples: {} }] } } },
    },
    warning('/paths/~1a/get/parameters/0', 'What stands here excludes one another: "example" and "examples".'),
  ],
];

describe('lint', () => {
  it.each(mistakes)('tells %s', async (_, document, ...found) => {
    expect(await findings(document)).toEqual(found);
  });

  it('is none where nobody asks for it, and refuses nothing', async () => {
    expect(await findings({ openapi: '3.1.0', paths: { '/a': { get: 1 } } }, false)).toEqual([]);
  });

  it('tells the first twenty, and how many there are', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 50 }, (_, index) => [`/a${index}`, { get: { ...get, sumary: '' } }]),
    );
    const told = await findings({ openapi: '3.1.0', info, paths });
    expect(told).toHaveLength(21);
    expect(told.at(-1)).toEqual(warning('', 'And 30 more that OpenAPI 3.1 does not allow.'));
  });

  it('goes through no bomb of aliases, and nothing that contains itself', async () => {
    const levels = Array.from(
      { length: 60 },
      (_, index) => `l${index}: &l${index} [${index === 0 ? '' : `*l${index - 1}, *l${index - 1}`}]`,
    );
    const bomb = `openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths: {}\nx-bomb:\n  ${levels.join('\n  ')}\n`;
    const circle = `openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths: {}\nx-circle: &c { again: *c }\n`;
    for (const document of [bomb, circle])
      expect(await findings(document)).toEqual([
        {
          severity: 'note',
          code: 'DOCUMENT_LINT',
          message: 'The document was not compared with the schema of OpenAPI 3.1: it is too large or too deep.',
          at: ['/api.json'],
        },
      ]);
  });
});
