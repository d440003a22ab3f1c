import { describe, expect, it } from 'vitest';
import type { BodyPieces } from '../../../src/adapter/piecewise-body.ts';
import { Encoder } from '../../../src/adapters/openapi/request/encode.ts';
import { prepare } from '../../../src/adapters/openapi/request/request.ts';
import { Upload } from '../../../src/base/upload.ts';
import { wholeFile } from '../../support/whole-file.ts';
import { describeDocument } from './describe-document.ts';

const string = { type: 'string' };
const binary = { type: 'string', format: 'binary' };

/** A document whose one operation takes a body of this media type. */
function taking(mediaType: string, content: object, version = '3.2.0') {
  return {
    openapi: version,
    info: { title: 'Parts', version: '1' },
    paths: {
      '/put': {
        post: {
          operationId: 'put',
          requestBody: { required: true, content: { [mediaType]: content } },
          responses: { 204: { description: '' } },
        },
      },
    },
  };
}

function upload(text: string, name: string, type: string): Upload {
  return new Upload(wholeFile(Buffer.from(text), name, type), 'variables.file');
}

/** The lines of the body; boundaries are numbered in the order in which they first stand in it. */
async function lines(document: object, input: unknown): Promise<readonly string[]> {
  const { description, call } = await describeDocument(document);
  const { body } = prepare(call('put'), { input }, new Encoder(description.blueprint.model));
  const { size, pieces } = body as BodyPieces; // of multipart, all are
  const bytes = Buffer.concat(pieces as readonly Uint8Array[]); // what is whole has no other pieces
  expect(bytes.length).toBe(size);
  const known: string[] = [];
  const numbered = bytes.toString().replaceAll(/selvage-[0-9a-f-]{36}/g, boundary => {
    if (!known.includes(boundary)) known.push(boundary);
    return String(known.indexOf(boundary));
  });
  return numbered.split('\r\n');
}

describe('a part that has parts itself', () => {
  const album = {
    type: 'object',
    properties: {
      title: string,
      cover: string,
      tags: { type: 'array', items: string },
      about: { type: 'object', properties: { a: string } },
    },
  };

  it('is written as its own encoding says, and its files are files', async () => {
    const document = taking('multipart/form-data', {
      schema: { type: 'object', properties: { name: string, album } },
      encoding: {
        album: {
          contentType: 'multipart/form-data',
          encoding: { cover: { contentType: 'image/*' }, tags: { style: 'pipeDelimited', explode: false } },
        },
      },
    });
    const { sdl, diagnostics } = await describeDocument(document);
    expect(sdl('PutAlbumInput')).toBe(
      'input PutAlbumInput { title: String cover: File tags: [String!] about: PutAlbumAboutInput }',
    );
    expect(diagnostics.filter(({ severity }) => severity === 'note')).toEqual([]);
    const given = {
      name: 'n',
      album: { title: 't', cover: upload('PNG', 'a.png', 'image/png'), tags: ['x', 'y'], about: { a: 'b' } },
    };
    expect(await lines(document, given)).toEqual([
      '--0',
      'Content-Disposition: form-data; name="name"',
      '',
      'n',
      '--0',
      'Content-Disposition: form-data; name="album"',
      'Content-Type: multipart/form-data; boundary=1',
      '',
      '--1',
      'Content-Disposition: form-data; name="title"',
      '',
      't',
      '--1',
      'Content-Disposition: form-data; name="cover"; filename="a.png"',
      'Content-Type: image/png',
      '',
      'PNG',
      '--1',
      'Content-Disposition: form-data; name="tags"',
      '',
      'x|y',
      '--1',
      'Content-Disposition: form-data; name="about"',
      'Content-Type: application/json',
      '',
      '{"a":"b"}',
      '--1--',
      '',
      '--0--',
      '',
    ]);
  });

  it('has parts as they are by default before OpenAPI 3.2', async () => {
    const document = taking(
      'multipart/form-data',
      {
        schema: {
          type: 'object',
          properties: { album: { type: 'object', properties: { title: string, cover: binary } } },
        },
        encoding: { album: { contentType: 'multipart/form-data' } },
      },
      '3.0.3',
    );
    const body = await lines(document, { album: { title: 't', cover: upload('PNG', 'a.png', 'image/png') } });
    expect(body.slice(0, 12)).toEqual([
      '--0',
      'Content-Disposition: form-data; name="album"',
      'Content-Type: multipart/form-data; boundary=1',
      '',
      '--1',
      'Content-Disposition: form-data; name="title"',
      '',
      't',
      '--1',
      'Content-Disposition: form-data; name="cover"; filename="a.png"',
      'Content-Type: image/png',
      '',
    ]);
  });

  it('stands once for each item of a list of objects', async () => {
    const document = taking('multipart/form-data', {
      schema: { type: 'object', properties: { albums: { type: 'array', items: album } } },
      encoding: { albums: { contentType: 'multipart/form-data' } },
    });
    const body = await lines(document, { albums: [{ title: '1' }, { title: '2' }] });
    expect(body.filter(line => /^Content-Type|name=|^[12]$/.test(line))).toEqual([
      'Content-Disposition: form-data; name="albums"',
      'Content-Type: multipart/form-data; boundary=1',
      'Content-Disposition: form-data; name="title"',
      '1',
      'Content-Disposition: form-data; name="albums"',
      'Content-Type: multipart/form-data; boundary=2',
      'Content-Disposition: form-data; name="title"',
      '2',
    ]);
  });

  it('is one for a whole list of files, as RFC 2388, 4.2 had it', async () => {
    const document = taking('multipart/form-data', {
      schema: { type: 'object', properties: { files: { type: 'array', items: {} } } },
      encoding: { files: { contentType: 'multipart/mixed', itemEncoding: { contentType: 'image/png, image/gif' } } },
    });
    const { sdl } = await describeDocument(document);
    expect(sdl('PutInput')).toBe('input PutInput { files: [File!] }');
    const files = [upload('1', 'a.png', 'image/png'), upload('2', 'b.gif', 'image/gif')];
    expect(await lines(document, { files })).toEqual([
      '--0',
      'Content-Disposition: form-data; name="files"',
      'Content-Type: multipart/mixed; boundary=1',
      '',
      '--1',
      'Content-Disposition: attachment; filename="a.png"',
      'Content-Type: image/png',
      '',
      '1',
      '--1',
      'Content-Disposition: attachment; filename="b.gif"',
      'Content-Type: image/gif',
      '',
      '2',
      '--1--',
      '',
      '--0--',
      '',
    ]);
  });

  it('may be told by its place alone', async () => {
    const document = taking('multipart/mixed', {
      schema: { type: 'array', prefixItems: [string, { type: 'object', properties: { a: {}, b: string } }] },
      prefixEncoding: [{}, { contentType: 'multipart/form-data', encoding: { a: { contentType: 'image/png' } } }],
    });
    const { sdl } = await describeDocument(document);
    expect(sdl('PutPart2Input')).toBe('input PutPart2Input { a: File b: String }');
    const body = await lines(document, { part1: 'x', part2: { a: upload('PNG', 'a', 'image/png'), b: 'y' } });
    expect(body).toEqual([
      '--0',
      '',
      'x',
      '--0',
      'Content-Type: multipart/form-data; boundary=1',
      '',
      '--1',
      'Content-Disposition: form-data; name="a"; filename="a"',
      'Content-Type: image/png',
      '',
      'PNG',
      '--1',
      'Content-Disposition: form-data; name="b"',
      '',
      'y',
      '--1--',
      '',
      '--0--',
      '',
    ]);
  });

  it('may have parts with parts', async () => {
    const inner = { type: 'object', properties: { file: {} } };
    const document = taking('multipart/form-data', {
      schema: { type: 'object', properties: { a: { type: 'object', properties: { b: inner } } } },
      encoding: {
        a: {
          contentType: 'multipart/form-data',
          encoding: { b: { contentType: 'multipart/form-data', encoding: { file: { contentType: 'text/plain' } } } },
        },
      },
    });
    const body = await lines(document, { a: { b: { file: 'text' } } });
    expect(body.filter(line => /^(--|Content-Type)/.test(line))).toEqual([
      '--0',
      'Content-Type: multipart/form-data; boundary=1',
      '--1',
      'Content-Type: multipart/form-data; boundary=2',
      '--2',
      'Content-Type: text/plain',
      '--2--',
      '--1--',
      '--0--',
    ]);
  });

  it('is told of where its schema has nothing that could be a part', async () => {
    const document = taking('multipart/form-data', {
      schema: { type: 'object', properties: { text: string } },
      encoding: { text: { contentType: 'multipart/mixed' } },
    });
    const { diagnostics } = await describeDocument(document);
    expect(diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'CONSTRUCT_NOT_SUPPORTED',
        message: expect.stringContaining('"text" is sent as it is by default'),
        at: [expect.any(String), expect.stringMatching(/\/encoding\/text$/)],
      }),
    );
  });
});

describe('a part that is an object', () => {
  it('is a form where its content type is one, as its own encoding says', async () => {
    const range = {
      type: 'object',
      properties: {
        from: string,
        list: { type: 'array', items: string },
        deep: { type: 'object', properties: { x: string } },
      },
    };
    const document = taking('multipart/form-data', {
      schema: { type: 'object', properties: { range } },
      encoding: {
        range: {
          contentType: 'application/x-www-form-urlencoded',
          encoding: { list: { style: 'pipeDelimited', explode: false }, deep: { contentType: 'application/json' } },
        },
      },
    });
    expect(await lines(document, { range: { from: 'a&b', list: ['1', '2'], deep: { x: 'y' } } })).toEqual([
      '--0',
      'Content-Disposition: form-data; name="range"',
      'Content-Type: application/x-www-form-urlencoded',
      '',
      'from=a%26b&list=1%7C2&deep=%7B%22x%22%3A%22y%22%7D',
      '--0--',
      '',
    ]);
  });
});
