import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGateway } from '../corpus/open-gateway.ts';
import { startPeer } from './peer-process.ts';

const python = '/usr/bin/python3'; // Debian's, whose packages these are
const hasSpyne = spawnSync(python, ['-c', 'import spyne']).status === 0;
if (!hasSpyne) console.warn('SKIPPED: spyne is not installed (Debian: python3-spyne); its shop is not asked.');

const everything = {
  number: '9223372036854775807',
  key: '12345678-1234-5678-1234-567812345678',
  state: 'IN_TRANSIT',
  at: '2009-12-31T23:59:59.123456+05:30',
  opens: '08:30:00.5',
  takes: 'P1DT2H',
  weight: 0.25,
  pieces: 65_535,
  price: { _value: '12345678901234567890.10', currency: 'EUR' },
  paid: false,
  content: 'aGVsbG8=',
  sender: { name: '<é> & "ü" ]]>', nick: null, born: '2009-02-28', phone: '+49 1' },
  tags: { string: ['a', null, '漢字 𝄞'] },
  notes: ['one', null, 'two'],
  carrier: { truck: { plate: 'B-1', axles: '3' } },
  inner: { Person: [{ name: 'Ada', nick: 'a', mail: 'a@example.org' }] },
};
const person = 'name nick born phone mail';
const parcel = `{ number key state at opens takes weight pieces price { _value currency } paid content sender { ${person} }
  tags { string } notes carrier { __typename plate ... on Truck { axles } } inner { Person { ${person} } } }`;

const understood =
  "Parcel(at=2009-12-31 23:59:59.123456+05:30, carrier=Truck(axles=3, plate='B-1'), content=[b'hello'], inner=[Person(mail='a@example.org', name='Ada', nick='a')], key=12345678-1234-5678-1234-567812345678, notes=['one', None, 'two'], number=9223372036854775807, opens=08:30:00.500000, paid=False, pieces=65535, price=Money(amount=12345678901234567890.10, currency='EUR'), sender=Person(born=2009-02-28, name='<é> & \"ü\" ]]>', phone='+49 1'), state=IN_TRANSIT, tags=['a', None, '漢字 𝄞'], takes=1 day, 2:00:00, weight=0.25)";

/** It holds what comes against its own schema by lxml before it reads it. */
describe.skipIf(!hasSpyne).each([
  ['SOAP 1.1, in the plan lane', 'plan', []],
  ['SOAP 1.1, in the reference lane', 'reference', []],
  ['SOAP 1.2, in the plan lane', 'plan', ['--soap12']],
] as const)('spyne’s shop, registered by its own WSDL: %s', (_title, lane, args) => {
  let peer: Awaited<ReturnType<typeof startPeer>>;
  let gateway: Awaited<ReturnType<typeof openGateway>>;
  beforeAll(async () => {
    peer = await startPeer(python, [join(import.meta.dirname, 'spyne/backend.py'), ...args]);
    const shop = { protocol: 'soap', document: `${peer.url}/?wsdl`, queries: ['describe', 'echo', 'divide', 'swap'] };
    gateway = await openGateway({ sources: { shop }, lane, limits: { cost: 1e7 } });
  });
  afterAll(async () => {
    await gateway.close();
    await peer.stop();
  });

  it('understands attributes, choice, nil, xsi:type, lists and every simple type, and is understood', async () => {
    const query = `query ($parcel: ParcelInput) { echo(parcel: $parcel) { echoResult ${parcel} } describe(parcel: $parcel) { describeResult } }`;
    const absent = { born: null, phone: null, mail: null };
    expect(await gateway.ask(query, { parcel: everything })).toEqual({
      data: {
        echo: {
          echoResult: {
            ...everything,
            opens: '08:30:00.500000',
            sender: { ...absent, ...everything.sender },
            carrier: { __typename: 'Truck', ...everything.carrier.truck },
            inner: { Person: everything.inner.Person.map(one => ({ ...absent, ...one })) },
          },
        },
        describe: { describeResult: understood },
      },
    });
  });

  it('is told nothing of what is absent', async () => {
    const query =
      '{ describe(parcel: { tags: {}, notes: [], paid: null }) { describeResult } echo { echoResult { paid } } }';
    expect(await gateway.ask(query)).toEqual({
      data: { describe: { describeResult: 'Parcel(tags=[])' }, echo: { echoResult: null } },
    });
  });

  it('tells by xsi:type which of the derived types it answers', async () => {
    const query = `{ swap(vehicle: { bike: { plate: "B", bell: true } }) { swapResult { __typename plate ... on Truck { axles } } }
      back: swap(vehicle: { truck: { plate: "T", axles: 4 } }) { swapResult { __typename plate ... on Bike { bell } } } }`;
    expect(await gateway.ask(query)).toEqual({
      data: {
        swap: { swapResult: { __typename: 'Truck', plate: 'B', axles: '2' } },
        back: { swapResult: { __typename: 'Bike', plate: 'T', bell: true } },
      },
    });
  });

  it('takes and answers a bare element, and several results', async () => {
    const query =
      'mutation { putPerson(input: { name: " Ada ", nick: null, mail: "" }) { name nick born phone mail } }';
    expect(await gateway.ask(query)).toEqual({
      data: { putPerson: { name: ' Ada ', nick: null, born: null, phone: null, mail: '' } },
    });
    expect(await gateway.ask('{ divide(one: "10000000000000000.25", other: "3") { total rest } }')).toEqual({
      data: { divide: { total: '3333333333333333', rest: '1.25' } },
    });
  });

  it('answers lists of any length, in order', async () => {
    const { data } = await gateway.ask('{ listPeople(count: 3000) { list_peopleResult { Person { name mail } } } }');
    const Person = Array.from({ length: 3_000 }, (_, index) => ({
      name: `漢字 ${index}`,
      mail: `<${index}>@example.org`,
    }));
    expect(data).toEqual({ listPeople: { list_peopleResult: { Person } } });
  });

  it.each([
    ['a fault of the client', 'client', 'BAD_USER_INPUT', 'Client'],
    ['a fault of its own type', 'typed', 'BAD_USER_INPUT', 'Client'],
    ['an exception', 'any', 'UPSTREAM_ERROR', 'Server'],
  ])('%s is an error of its code, and says nothing of the backend', async (_, how, code, faultCode) => {
    const answer = await gateway.ask(`mutation { fail(how: "${how}") { failResult } }`);
    expect(answer.data).toEqual({ fail: null });
    expect(answer.errors?.map(({ extensions }) => extensions)).toEqual([
      expect.objectContaining({
        code,
        source: 'shop',
        operation: 'fail',
        soap: expect.objectContaining({ faultCode }),
      }),
    ]);
    expect(JSON.stringify(answer)).not.toMatch(/ORA-|hunter2|Traceback/);
  });

  it('is sent header blocks, and answers with its own', async () => {
    const shop = {
      protocol: 'soap',
      document: `${peer.url}/?wsdl`,
      queries: ['whoami'],
      soapHeaders: { Ticket: { token: '<é> & "ü"', hops: '41' } },
    };
    const guarded = await openGateway({ sources: { shop }, lane });
    try {
      expect(await guarded.ask('{ whoami { whoamiResult _headers { Ticket { token hops } } } }')).toEqual({
        data: { whoami: { whoamiResult: '<é> & "ü"', _headers: { Ticket: { token: 'next', hops: '42' } } } },
      });
    } finally {
      await guarded.close();
    }
  });

  it.each([
    ['the password', 'pass<wörd', { signedIn: { signed_inResult: 'ann & co' } }, undefined],
    ['another', 'password', { signedIn: null }, ['UPSTREAM_ERROR']],
  ])('is proved by a digest: %s', async (_, password, data, codes) => {
    const credential = { wsse: { username: 'ann & co', password } };
    const shop = { protocol: 'soap', document: `${peer.url}/?wsdl`, queries: ['signedIn'], credential };
    const locked = await openGateway({ sources: { shop }, lane });
    try {
      const answer = await locked.ask('{ signedIn { signed_inResult } }');
      expect(answer.data).toEqual(data);
      expect(answer.errors?.map(({ extensions }) => (extensions as { code: string }).code)).toEqual(codes);
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    } finally {
      await locked.close();
    }
  });
});
