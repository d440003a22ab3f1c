import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gate, seen } from './gate.ts';

const hasPhp = spawnSync('php', ['-r', 'exit(class_exists("SoapServer") ? 0 : 1);']).status === 0;
if (!hasPhp)
  console.warn('SKIPPED: PHP with SOAP is not installed (Debian: php-cli php-soap); its server is not asked.');

const folder = join(import.meta.dirname, 'php');
const wsdl = readFileSync(join(folder, 'shop.wsdl'), 'utf8');

describe.skipIf(!hasPhp)('the SoapServer of PHP', () => {
  let server: ChildProcess;
  let url = '';

  beforeAll(async () => {
    server = spawn('php', ['-S', '127.0.0.1:0', join(folder, 'shop.php')], { stdio: ['ignore', 'ignore', 'pipe'] });
    url = await started(server);
  });

  afterAll(async () => {
    const ended = once(server, 'exit');
    server.kill();
    await ended;
  });

  const order = `no: "9223372036854775807", state: IN_TRANSIT, placedAt: "2009-12-31T23:59:59.123456+05:30",
    total: { _value: "12345678901234567890.10", currency: "EUR" },
    line: [{ sku: "<a> & b", pieces: 3, note: null, unit: "k\\"g" }, { sku: "ü€", pieces: -1, note: "" }],
    vehicle: { truck: { id: "7", axles: 3 } }, paid: true, file: "aGVsbG8=", tags: { tag: ["a", null, ""] }`;
  const selected = `{ no state placedAt total { _value currency } line { sku pieces note unit }
    vehicle { __typename id ... on Truck { axles } } paid file tags { tag } }`;
  const whole = {
    no: '9223372036854775807',
    state: 'IN_TRANSIT',
    placedAt: '2009-12-31T23:59:59.123456+05:30',
    total: { _value: '12345678901234567890.10', currency: 'EUR' },
    line: [
      { sku: '<a> & b', pieces: 3, note: null, unit: 'k"g' },
      { sku: 'ü€', pieces: -1, note: '', unit: null },
    ],
    vehicle: { __typename: 'Truck', id: '7', axles: 3 },
    paid: true,
    file: 'aGVsbG8=',
    tags: { tag: ['a', null, ''] },
  };
  const little = 'no: 1, state: OPEN, placedAt: "2009-12-31T23:59:59Z", total: { _value: "1", currency: "EUR" }';
  const absent = { line: [], vehicle: null, paid: null, file: null, tags: null };

  const cases: readonly [string, string, unknown, string[]][] = [
    ['a wrapped call', `mutation { echo(order: { ${order} }) ${selected} }`, { echo: whole }, []],
    ['a bare call', `mutation { putOrder(input: { ${order} }) ${selected} }`, { putOrder: whole }, []],
    [
      'what is absent',
      `mutation { echo(order: { ${little} }) ${selected} }`,
      {
        echo: {
          no: '1',
          state: 'OPEN',
          placedAt: '2009-12-31T23:59:59Z',
          total: { _value: '1', currency: 'EUR' },
          ...absent,
        },
      },
      [],
    ],
    ['an array', '{ getNumbers(upTo: 2) }', { getNumbers: ['9007199254740993', '9007199254740993'] }, []],
    ['an array of nothing', '{ getNumbers(upTo: 0) }', { getNumbers: [] }, []],
    ['nil', '{ getNumbers(upTo: null) }', { getNumbers: Array(3).fill('9007199254740993') }, []],
    ['a fault of the client', 'mutation { fail(code: "Client") }', { fail: null }, ['BAD_USER_INPUT fail']],
    ['a fault of the server', 'mutation { fail(code: "Server") }', { fail: null }, ['UPSTREAM_ERROR fail']],
    ['a fault of its own code', 'mutation { fail(code: "Sold.Out") }', { fail: null }, ['UPSTREAM_ERROR fail']],
  ];
  it.for(cases)('understands and is understood: %s', async ([, query, data, errors]) => {
    await using shop = await gate(wsdl, url);
    const result = await shop.ask(query);
    expect(seen(result)).toEqual({ data, errors });
    expect(JSON.stringify(result)).not.toMatch(/ORA-|hunter2/);
  });
});

/** The address that PHP's server says it listens at. */
async function started(server: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of server.stderr ?? []) {
    said += String(chunk);
    const url = /\((http:\/\/[^)]+)\) started/.exec(said)?.[1];
    if (url !== undefined) return url;
  }
  throw new TypeError(`PHP's server did not start: ${said}`);
}
