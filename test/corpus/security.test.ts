import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { OpenApiCall } from '../../src/adapters/openapi/call/call.ts';
import { openapi } from '../../src/adapters/openapi/index.ts';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';
import { openReader } from '../../src/source/open-reader.ts';
import type { SchemeCredential, Source, SourceOptions } from '../../src/source/source.ts';
import { startHttpBackend } from '../adapters/backends/http-backend.ts';
import { type CorpusDocument, corpus, fixturesExist } from './corpus.ts';

async function describeSource(source: Source) {
  const io = { reader: openReader(source), signal: AbortSignal.timeout(60_000) };
  const described = await openapi.describe(source, io);
  if (!described.ok) throw new TypeError(described.diagnostics.map(formatDiagnostic).join('\n'));
  return described;
}

/** A value for each reference to the environment. */
function environmentOf(text: string): Record<string, string> {
  const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(match => match[1]!);
  return Object.fromEntries(names.map(name => [name, /URL|ISSUER/.test(name) ? 'https://login.example.com/a' : 'x']));
}

/** What an operation of a document asks for, read without the adapter: undefined where nothing is said. */
function alternativesOf(document: Raw, { method, path }: OpenApiCall): readonly (readonly string[])[] | undefined {
  const operation = document.paths[path]?.[method.toLowerCase()];
  return (operation?.security ?? document.security)?.map(requirement => Object.keys(requirement));
}

interface Raw {
  readonly security?: readonly object[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: readonly object[] }>>>>;
  readonly components?: { readonly securitySchemes?: object };
  readonly securityDefinitions?: object;
}

function rawOf({ source }: CorpusDocument): Raw {
  return parse(readFileSync(source.document ?? '', 'utf8'), { maxAliasCount: -1 }) as Raw; // the tests' own documents
}

/** One for each scheme, with a secret that tells it. */
function credentialsOf({ components, securityDefinitions }: Raw): Record<string, SchemeCredential> {
  const schemes = components?.securitySchemes ?? securityDefinitions ?? {};
  return Object.fromEntries(
    Object.entries(schemes).flatMap(([name, { type, scheme }]): [string, SchemeCredential][] => {
      const value = `secret-${name}`;
      if (type === 'mutualTLS') return [];
      if (type === 'apiKey') return [[name, { apiKey: { value } }]];
      if (type === 'basic' || /^basic$/i.test(scheme ?? ''))
        return [[name, { basic: { username: 'u', password: value } }]];
      return [[name, { bearer: value }]];
    }),
  );
}

const documents = fixturesExist ? (await corpus()).filter(({ source }) => source.protocol === 'openapi') : [];
const signed = documents.filter(({ name }) => !/conformance|digitalocean|kubernetes|openai\//.test(name));

describe.skipIf(!fixturesExist)('what real documents ask to be signed in by', () => {
  it('is configured by the line that is told of it', async () => {
    const unread: string[] = [];
    let lines = 0;
    for (const { name, source } of documents) {
      const described = await openapi.describe(source, {
        reader: openReader(source),
        signal: AbortSignal.timeout(60_000),
      });
      for (const { code, at, hint = '' } of described.diagnostics) {
        if (code !== 'CREDENTIAL_MISSING' || hint.startsWith('tls:')) continue;
        lines += 1;
        const yaml = `sources:\n  corpus:\n    protocol: openapi\n    document: ${source.document}\n    ${hint}\n`;
        const config = await readConfig(yaml, '/selvage.yaml', environmentOf(hint));
        const told = config.diagnostics.map(formatDiagnostic);
        const [declared] = config.ok ? config.value.sources : [];
        const options: Partial<SourceOptions> = declared ? { credentials: declared.options.credentials } : {};
        const again = await describeSource({ ...source, options: { ...source.options, ...options } });
        const isLeft = again.diagnostics.some(each => each.code === 'CREDENTIAL_MISSING' && each.at[1] === at[1]);
        if (told.length > 0 || isLeft) unread.push(`${name} ${at[1]} ${hint} ${told.join(' ')}`);
      }
    }
    expect(unread).toEqual([]);
    expect(lines).toBeGreaterThan(40);
  }, 600_000);

  it('signs in every operation by one of its alternatives, and no other', async () => {
    const wrong: string[] = [];
    let asked = 0;
    for (const document of signed) {
      const raw = rawOf(document);
      const credentials = credentialsOf(raw);
      const { source } = document;
      const { value } = await describeSource({ ...source, options: { ...source.options, credentials } });
      for (const call of Object.values(value.blueprint.calls) as OpenApiCall[]) {
        const alternatives = alternativesOf(raw, call);
        const bound = call.credentials?.map(({ scheme }) => scheme);
        const possible = alternatives?.filter(each => each.every(scheme => Object.hasOwn(credentials, scheme)));
        const expected =
          alternatives &&
          (possible?.find(each => each.length > 0) ??
            (possible?.length === 0 && alternatives.length > 0 ? undefined : []));
        if (JSON.stringify(bound) !== JSON.stringify(expected))
          wrong.push(`${document.name} ${call.operation}: ${bound}, not ${expected}`);
        asked += alternatives ? 1 : 0;
      }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(1_000);
  }, 600_000);

  it.each(documents.filter(({ name }) => /readmeio\/.*\/security/.test(name)))('presents it: $name', async document => {
    const raw = rawOf(document);
    const credentials = credentialsOf(raw);
    const seen: string[] = [];
    const backend = await startHttpBackend(async ({ path, headers }) => {
      const { authorization = '', cookie = '', 'x-api-key': key = '' } = headers;
      const basic = Buffer.from(/^Basic (.*)$/.exec(authorization)?.[1] ?? '', 'base64').toString();
      seen.push([path, authorization, basic, cookie, key].join(' '));
      return { status: 200, body: '{}' };
    });
    const source = { ...document.source, endpoint: backend.url, options: { ...document.source.options, credentials } };
    const { value } = await describeSource(source);
    const subschema = openapi.connect(value.blueprint, source);
    const signal = new AbortController().signal;
    const context = { signal, deadline: performance.now() + 60_000, headers: {}, requestId: 'r' };
    const presented: unknown[] = [];
    const expected: unknown[] = [];
    for (const call of Object.values(value.blueprint.calls) as OpenApiCall[]) {
      await subschema.send(call, [{ args: {} }], context);
      const secrets = [...(seen.pop() ?? 'nothing was sent').matchAll(/secret-(\w+)/g)].map(match => match[1]);
      const [first = []] = alternativesOf(raw, call) ?? [];
      presented.push([call.method, call.path, ...secrets]);
      expected.push([call.method, call.path, ...first.filter(scheme => scheme !== 'mutualTLS')]);
    }
    await subschema.close();
    await backend.close();
    expect(presented).toEqual(expected);
    expect(presented).toHaveLength(15);
  });
});
