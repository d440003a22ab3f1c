import { describe, expect, it } from 'vitest';
import type { BodyPieces } from '../../src/adapter/piecewise-body.ts';
import { writeJson } from '../../src/adapters/openapi/answer/json-text.ts';
import type { CallBody, OpenApiCall } from '../../src/adapters/openapi/call/call.ts';
import type { Model, Shape } from '../../src/adapters/openapi/call/shape.ts';
import { load } from '../../src/adapters/openapi/load.ts';
import { Encoder } from '../../src/adapters/openapi/request/encode.ts';
import { prepare } from '../../src/adapters/openapi/request/request.ts';
import { describe as describeDocument } from '../../src/adapters/openapi/schema.ts';
import { Upload } from '../../src/base/upload.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source } from '../../src/source/source.ts';
import { canonicalXml } from '../support/canonical-xml.ts';
import { wholeFile } from '../support/whole-file.ts';
import { fixture, fixturesExist } from './corpus.ts';

async function read(path: string, bodies: readonly string[] = ['multipart/*']) {
  const source: Source = {
    name: 'corpus',
    protocol: 'openapi',
    document: fixture(path),
    options: { ...defaultSourceOptions, bodies },
  };
  const loaded = await load(source, { reader: openReader(source), signal: AbortSignal.timeout(60_000) });
  if (!loaded.ok) throw new TypeError(JSON.stringify(loaded.diagnostics));
  const described = describeDocument(loaded.value, source);
  if (!described.ok) throw new TypeError(JSON.stringify(described.diagnostics));
  return described.value.blueprint;
}

const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));

/** A value of every field of the shape, as a client's coerced argument. */
function sample(shape: Shape, model: Model, depth = 0, text = 'text ☃ & <b>'): unknown {
  switch (shape.kind) {
    case 'scalar':
      return scalar(shape.scalar, text);
    case 'list':
      return [sample(shape.of, model, depth + 1, text)];
    case 'map':
      return [{ key: 'key', value: sample(shape.value, model, depth + 1, text) }];
    case 'type': {
      const type = model.types[shape.name];
      if (type?.kind === 'enum') return type.values[0]![0];
      if (type?.kind !== 'object' && type?.kind !== 'oneOf') return undefined;
      const fields =
        type.kind === 'oneOf'
          ? type.fields.slice(0, 1)
          : depth > 3
            ? type.fields.filter(field => field.shape.nonNull)
            : type.fields;
      return Object.fromEntries(fields.map(field => [field.name, sample(field.shape, model, depth + 1, text)]));
    }
  }
}

function scalar(name: string, text: string): unknown {
  const values: Record<string, unknown> = {
    Boolean: true,
    Int: 7,
    Float: 1.5,
    Int64: '9007199254740993',
    Decimal: '1.10',
    JSON: { a: [1] },
  };
  if (name === 'File') return new Upload(wholeFile(bytes, 'ü "1".bin'), 'variables.a');
  return values[name] ?? text;
}

function sent(call: OpenApiCall, model: Model) {
  const args = Object.fromEntries(
    call.parameters.map(({ argument, shape }) => [argument, sample(shape, model, 0, 'a-z')]),
  );
  const { body } = call as { body: CallBody }; // chosen by it
  const encoder = new Encoder(model);
  const input = sample(body.shape, model);
  return {
    ...prepare(call, { ...args, [body.argument]: input }, encoder),
    given: encoder.encode(body.shape, input, ''),
  };
}

const documents = [
  ['openapi/openai/openapi.yaml', { multipart: 20 }], // of 18 operations, two of which can be subscribed to, too
  ['openapi/box/openapi.json', { form: 3, multipart: 3, file: 1 }],
  ['openapi/docker/swagger.yaml', { file: 4, text: 1 }],
  ['openapi/petstore/openapi.yaml', { file: 1 }],
  ['openapi/qdrant/openapi.json', { multipart: 2 }],
  ['openapi/readmeio/3.0/file-uploads.json', { file: 1, multipart: 2 }],
] as const;

describe.skipIf(!fixturesExist).each(documents)('the bodies of %s', (path, counts) => {
  it('are all taken, and those that are no JSON arrive as they were given', async () => {
    const { calls, model } = await read(path);
    const bodied = Object.values(calls).filter(call => call.body && call.body.kind !== 'json');
    const kinds: Record<string, number> = {};
    for (const call of bodied) {
      const { kind } = call.body!;
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      const request = sent(call, model);
      const type = request.headers['content-type'] ?? '';
      if (kind === 'file') expect(joined((request.body as BodyPieces).pieces)).toEqual(bytes);
      if (kind === 'multipart')
        await arrived(request.body as BodyPieces, type, request.given as Record<string, unknown>);
    }
    expect(kinds).toMatchObject(counts);
  });
});

it.skipIf(!fixturesExist)('the pet store takes its pets in XML, too', async () => {
  const { calls, model } = await read('openapi/petstore/openapi.yaml', ['application/xml']);
  const xml = Object.values(calls).filter(({ body }) => body?.kind === 'xml');
  const bodies = new Map(xml.map(call => [call.operation, canonicalXml(String(sent(call, model).body))]));
  expect([...bodies.keys()].sort()).toEqual(['addPet', 'createUser', 'placeOrder', 'updatePet', 'updateUser']);
  const text = 'text ☃ &amp; &lt;b&gt;';
  const id = '<id>9007199254740993</id>';
  const named = `${id}<name>${text}</name>`;
  expect(bodies.get('addPet')).toBe(
    canonicalXml(
      `<pet>${named}<category>${named}</category><photoUrls><photoUrl>${text}</photoUrl></photoUrls><tags><tag>${named}</tag></tags><status>available</status></pet>`,
    ),
  );
  expect(bodies.get('placeOrder')).toMatch(/^order\n {2}id "9007199254740993"\n/);
});

/** Read by Node.js's own parser. */
async function arrived(body: BodyPieces, type: string, given: Readonly<Record<string, unknown>>): Promise<void> {
  const form = await new Response(joined(body.pieces), { headers: { 'content-type': type } }).formData();
  expect([...new Set(form.keys())].sort()).toEqual(
    Object.keys(given)
      .filter(name => given[name] !== undefined)
      .sort(),
  );
  for (const [name, value] of Object.entries(given)) {
    const items = (Array.isArray(value) ? value : [value]).filter(item => item !== undefined);
    const parts = form.getAll(name);
    expect(parts).toHaveLength(items.length);
    for (const [index, item] of items.entries()) {
      const part = parts[index]!;
      if (item instanceof Upload) {
        expect(typeof part === 'string' ? part : Buffer.from(await part.arrayBuffer())).toEqual(bytes);
      } else if (typeof item === 'object') {
        const text = typeof part === 'string' ? part : await part.text();
        expect(text).toBe(writeJson(item));
      } else expect(part).toBe(String(item));
    }
  }
}

/** What is whole has no other pieces. */
function joined(pieces: BodyPieces['pieces']): Buffer<ArrayBuffer> {
  return Buffer.concat(pieces as readonly Uint8Array[]);
}
