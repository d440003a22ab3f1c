import { describe, expect, it } from 'vitest';
import { textPositions } from '../../src/source/text-positions.ts';

const yaml = `openapi: 3.1.0 # a comment
paths:
  /a/{id}:
    get:
      parameters:
        - { name: id, in: path }
        - name: "q"
          in: query
  '/b~c': &b
    get: { responses: {} }
  /alias: *b
`;

const json = `{"openapi": "3.1.0",
  "paths": {"/a/{id}": {"get": {"parameters": [
    {"name": "i\\"}d", "in": "path"}, [1, {"x": {}}], {"name": "q"}]}},
  "\\u002fb~c": {"get": -1.5e3, "put": null}}}`;

describe('where a JSON Pointer leads in a text', () => {
  it.each([
    ['/openapi', 1, 1],
    ['/paths', 2, 1],
    ['/paths/~1a~1{id}', 3, 3],
    ['/paths/~1a~1{id}/get/parameters/0', 6, 11],
    ['/paths/~1a~1{id}/get/parameters/0/in', 6, 23],
    ['/paths/~1a~1{id}/get/parameters/1/in', 8, 11],
    ['/paths/~1b~0c/get/responses', 10, 12],
    ['/paths/~1alias', 11, 3],
  ])('of YAML: %s', async (pointer, line, column) => {
    expect([...(await textPositions(yaml, [pointer]))]).toEqual([[pointer, { line, column }]]);
  });

  it.each([
    ['/openapi', 1, 2],
    ['/paths', 2, 3],
    ['/paths/~1a~1{id}/get/parameters/0/in', 3, 23],
    ['/paths/~1a~1{id}/get/parameters/2/name', 3, 55],
    ['/paths/~1b~0c', 4, 3],
    ['/paths/~1b~0c/put', 4, 32],
  ])('of JSON: %s', async (pointer, line, column) => {
    expect([...(await textPositions(json, [pointer]))]).toEqual([[pointer, { line, column }]]);
  });

  it('is told for all of them at once, and of none that lead nowhere', async () => {
    const pointers = ['/nowhere', '/paths/~1b~0c', '/openapi', '/paths/~1alias/get', ''];
    expect([...(await textPositions(yaml, pointers)).keys()].sort()).toEqual(['/openapi', '/paths/~1b~0c']);
    expect([...(await textPositions('<xml/>', pointers))]).toEqual([]);
  });
});
