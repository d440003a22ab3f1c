import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = `
const { connectTo, ask, serve } = await import('./test/adapters/grpc/backend.ts');
let refused = false;
try { new Function('return 1')(); } catch { refused = true; }
const proto = 'syntax = "proto3"; package t; import "google/protobuf/any.proto"; import "google/protobuf/struct.proto";'
  + 'message Req { int64 big = 1; google.protobuf.Any any = 2; } message Res { int64 big = 1; google.protobuf.Any any = 2; map<string, Res> m = 3; google.protobuf.Struct s = 4; }'
  + 'service S { rpc Get(Req) returns (Res); }';
const backend = await serve(proto, { Get: request => ({ json: { ...request, m: { a: { big: '1' } }, s: { x: [1] } } }) });
const subschema = await connectTo(proto, backend.endpoint);
const outcome = await ask(subschema, 'get', { big: '9007199254740993', any: { '@type': 'type.googleapis.com/t.Req', big: '5' } });
await subschema.close();
await backend.stop();
console.log(JSON.stringify({ refused, outcome }));
`;

it('works where code may not be generated from strings, and leaves no handle behind', () => {
  const run = spawnSync(
    process.execPath,
    ['--disallow-code-generation-from-strings', '--import', 'tsx', '--input-type=module', '--eval', program],
    { cwd: fileURLToPath(new URL('../../..', import.meta.url)), encoding: 'utf8', timeout: 200_000 },
  );
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual({
    refused: true,
    outcome: {
      value: {
        big: '9007199254740993',
        any: { '@type': 'type.googleapis.com/t.Req', big: '5' },
        m: [{ key: 'a', value: { big: '1', any: null, m: [], s: null } }],
        s: { x: [1] },
      },
    },
  });
  expect(run.status).toBe(0);
});
