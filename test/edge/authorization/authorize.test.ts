import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { source } from '../../supergraph/harness.ts';
import { gatewayOf, lanes } from './ask-as.ts';
import { caller, rules } from './callers.ts';

const people: Readonly<Record<string, { id: string; name: string; ssn: string; key: string }>> = {
  1: { id: '1', name: 'Ann', ssn: 'S1', key: 'k1' },
  2: { id: '2', name: 'Bob', ssn: 'S2', key: 'k2' },
};

const crm = (selective = false) =>
  source(
    'crm',
    `type Query { people: [Person!] person(id: ID!): Person nodes: [Node] peopleByIds(ids: [ID!]!): [Person] }
     type Mutation { rename(id: ID!): Person remove(id: ID!): Boolean }
     interface Node { id: ID! name: String }
     type Person implements Node { id: ID! name: String ssn: String key: String }
     type Robot implements Node { id: ID! name: String! model: String }`,
    {
      people: () => Object.values(people).map(typed),
      person: ({ id }) => typed(people[String(id)]),
      nodes: () => [typed(people[1]), { __typename: 'Robot', id: '9', name: 'R9', model: 'M' }],
      peopleByIds: ({ ids }) => (ids as string[]).map(id => typed(people[id])),
      rename: ({ id }) => typed(people[String(id)]),
      remove: () => true,
    },
    { selective },
  );

/** With what entities read, as a selective source is asked for it. */
function typed(person: (typeof people)[string] | undefined): unknown {
  return person ? { __typename: 'Person', ...person, _selvage_match: person.id, _selvage_id: person.id } : null;
}

const payroll = () =>
  source(
    'payroll',
    'type Query { salaries(ids: [ID!]!): [Person] best: Person } type Person { id: ID! salary: Int! }',
    {
      salaries: ({ ids }) => (ids as string[]).map(id => ({ __typename: 'Person', id, salary: Number(id) * 100 })),
      best: () => ({ __typename: 'Person', id: '2', salary: 200 }),
    },
  );

const hr = caller('u1', ['hr']);
const guardedSsn = 'extend type Person { ssn: String @requiresScopes(scopes: [["hr"]]) }';

describe.each(lanes)('a field that is refused (%s lane)', lane => {
  it('Z2: is null with one error at its place, and neither selected nor asked', async () => {
    for (const selective of [false, true]) {
      const { ask } = gatewayOf([crm(selective)], guardedSsn, {}, lane);
      const told = await ask('{ people { __typename ssn name } }');
      expect(told).toMatchObject({ status: 200, lane });
      expect(told.data).toEqual({
        people: [
          { __typename: 'Person', ssn: null, name: 'Ann' },
          { __typename: 'Person', ssn: null, name: 'Bob' },
        ],
      });
      expect(told.errors).toEqual([
        'people.0.ssn UNAUTHORIZED_FIELD_OR_TYPE',
        'people.1.ssn UNAUTHORIZED_FIELD_OR_TYPE',
      ]);
      expect(told.text).not.toContain('S1');
      expect(told.sent.join()).not.toContain('ssn');
      expect((await ask('{ people { ssn } }', hr)).data).toEqual({ people: [{ ssn: 'S1' }, { ssn: 'S2' }] });
    }
  });

  it('Z2: of a root is not called', async () => {
    const { ask } = gatewayOf([crm()], 'extend type Query { people: [Person!] @authenticated }', {}, lane);
    const told = await ask('{ people { name } }');
    expect(told).toMatchObject({ data: { people: null }, errors: ['people UNAUTHORIZED_FIELD_OR_TYPE'], sent: [] });
    expect((await ask('{ people { name } }', hr)).sent).toEqual(['crm.people {}']);
  });

  it('Z2: is refused on one type of an interface and answered on another', async () => {
    const { ask } = gatewayOf([crm(true)], 'extend type Person { name: String @authenticated }', {}, lane);
    const told = await ask('{ nodes { name id } }');
    expect(told.data).toEqual({
      nodes: [
        { name: null, id: '1' },
        { name: 'R9', id: '9' },
      ],
    });
    expect(told.errors).toEqual(['nodes.0.name UNAUTHORIZED_FIELD_OR_TYPE']);
    expect(told.text).not.toContain('_selvage');
  });

  it('Z2: takes what is around it where it may not be null', async () => {
    const { ask } = gatewayOf([crm()], 'extend type Person { id: ID! @authenticated }', {}, lane);
    const told = await ask('{ people { name id } person(id: 1) { id } }');
    expect(told.data).toEqual({ people: null, person: null });
    expect(told.errors).toEqual(['people.0.id UNAUTHORIZED_FIELD_OR_TYPE', 'person.id UNAUTHORIZED_FIELD_OR_TYPE']);
  });

  it('Z2: is not told where a condition leaves it out', async () => {
    const { ask } = gatewayOf([crm()], guardedSsn, {}, lane);
    const query = 'query ($with: Boolean!) { people { name ssn @include(if: $with) } }';
    expect((await ask(query, undefined, { variables: { with: false } })).errors).toEqual([]);
    expect((await ask(query, undefined, { variables: { with: true } })).errors.length).toBe(2);
  });

  it('Z6: says the same of what exists and of what does not', async () => {
    const { ask } = gatewayOf([crm()], 'extend type Query { person(id: ID!): Person @authenticated }', {}, lane);
    const [there, missing] = [await ask('{ person(id: "1") { name } }'), await ask('{ person(id: "7") { name } }')];
    expect(there.text).toBe(missing.text);
    expect([...there.sent, ...missing.sent]).toEqual([]);
    expect(there.messages).toEqual(['You may not use this field.']);
  });

  it('has a policy that reads its arguments, at each place by itself', async () => {
    const overlay = 'extend type Query { person(id: ID!): Person @policy(policies: [["self"]]) }';
    const { ask } = gatewayOf([crm()], overlay, { rules: rules({ self: { equals: ['$args.id', '$subject'] } }) }, lane);
    const query = 'query ($id: ID!) { mine: person(id: $id) { name } other: person(id: 2) { name } }';
    expect(await ask(query, caller('1'), { variables: { id: '1' } })).toMatchObject({
      data: { mine: { name: 'Ann' }, other: null },
      errors: ['other UNAUTHORIZED_FIELD_OR_TYPE'],
      sent: ['crm.person {"id":"1"}'],
    });
    expect((await ask(query, caller(null), { variables: { id: '1' } })).sent).toEqual([]);
    expect((await ask(query, caller('2'), { variables: { id: '1' } })).sent).toEqual(['crm.person {"id":"2"}']);
  });
});

describe.each(lanes)('a way that may not be gone (%s lane)', lane => {
  const overlay = `extend type Person
      @entity(key: "id", call: "crm.peopleByIds", into: "ids") @entity(key: "id", call: "payroll.salaries", into: "ids")
    extend type Query { salaries(ids: [ID!]!): [Person] @requiresScopes(scopes: [["hr"]]) @inaccessible }`;

  it('Z4: refuses what only it leads to, and nothing that is there without it', async () => {
    const { ask } = gatewayOf([crm(), payroll()], overlay, {}, lane);
    expect(await ask('{ person(id: 1) { name salary } best { salary } }')).toMatchObject({
      data: { person: { name: 'Ann', salary: null }, best: { salary: 200 } },
      errors: ['person.salary UNAUTHORIZED_FIELD_OR_TYPE'],
      sent: ['crm.person {"id":"1"}', 'payroll.best {}'],
    });
    expect(await ask('{ person(id: 1) { name salary } }', hr)).toMatchObject({
      data: { person: { name: 'Ann', salary: 100 } },
      errors: [],
    });
  });

  it('Z8: ends a mutation that may need it', async () => {
    const { ask } = gatewayOf([crm(), payroll()], overlay, {}, lane);
    expect(await ask('mutation { rename(id: 1) { name salary } }')).toMatchObject({ status: 401, sent: [] });
    expect(await ask('mutation { rename(id: 1) { name } }')).toMatchObject({
      status: 200,
      sent: ['crm.rename {"id":"1"}'],
    });
  });
});

describe.each(lanes)('an operation that is refused as a whole (%s lane)', lane => {
  const overlay = `${guardedSsn} extend type Mutation { remove(id: ID!): Boolean @requiresScopes(scopes: [["hr"]]) }`;

  it('Z8: a mutation with one forbidden field executes nothing', async () => {
    const { ask } = gatewayOf([crm()], overlay, {}, lane);
    for (const query of ['mutation { rename(id: 1) { ssn } }', 'mutation { rename(id: 1) { name } remove(id: 2) }']) {
      expect(await ask(query)).toMatchObject({ status: 401, errors: [' UNAUTHENTICATED'], sent: [] });
      expect(await ask(query, caller('u2'))).toMatchObject({ status: 403, errors: [' FORBIDDEN'], sent: [] });
      expect((await ask(query, hr)).sent.length).toBeGreaterThan(0);
    }
    expect((await ask('mutation { rename(id: 1) { ssn @skip(if: true) name } }')).data).toEqual({
      rename: { name: 'Ann' },
    });
  });

  it('Z6: a query too, where the configuration says so', async () => {
    const { ask } = gatewayOf([crm()], overlay, { onForbidden: 'reject' }, lane);
    expect(await ask('{ people { ssn } }')).toMatchObject({ status: 401, errors: [' UNAUTHENTICATED'], sent: [] });
    expect(await ask('{ people { ssn } }', caller('u2'))).toMatchObject({
      status: 403,
      errors: [' FORBIDDEN'],
      sent: [],
    });
    expect(await ask('{ people { name } }')).toMatchObject({ status: 200, sent: ['crm.people {}'] });
  });
});

describe('two callers', () => {
  it('never share an answer that differs between them', async () => {
    const { ask } = gatewayOf([crm()], guardedSsn);
    const query = '{ people { ssn } }';
    const [mine, theirs, again] = await Promise.all([ask(query, hr), ask(query), ask(query, hr)]);
    expect(mine.data).toEqual({ people: [{ ssn: 'S1' }, { ssn: 'S2' }] });
    expect(theirs.data).toEqual({ people: [{ ssn: null }, { ssn: null }] });
    expect(again.data).toEqual(mine.data);
  });
});

describe('a decision point', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  });

  /** Answers with what is given, or never. */
  async function point(
    answer: ((input: Record<string, unknown>) => unknown) | undefined,
    status = 200,
    timeout = 60_000,
  ) {
    const asked: Record<string, unknown>[] = [];
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { input } = JSON.parse(Buffer.concat(chunks).toString()) as { input: Record<string, unknown> };
      asked.push(input);
      if (answer) response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer(input)));
    });
    servers.push(server);
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/data/policy`;
    const decisionPoint = { url, timeout, policies: ['office', 'night'] };
    return { asked, server, decisionPoint };
  }

  const overlay = `extend type Person { ssn: String @policy(policies: [["office"]]) key: String @policy(policies: [["office", "night"]]) }`;
  const query = '{ people { ssn key } again: people { ssn } }';

  it('Z10: is asked once for all policies of an operation, and not at all where there are none', async () => {
    const { asked, decisionPoint } = await point(() => ({ result: { office: true, night: 'yes' } }));
    const { ask } = gatewayOf([crm()], overlay, { decisionPoint });
    expect((await ask(query, caller('u1', ['s'], { team: 't' }))).data).toMatchObject({
      people: [
        { ssn: 'S1', key: null },
        { ssn: 'S2', key: null },
      ],
      again: [{ ssn: 'S1' }, { ssn: 'S2' }],
    });
    expect(asked).toEqual([
      { policies: ['night', 'office'], subject: 'u1', via: 'test', scopes: ['s'], claims: { team: 't' } },
    ]);
    await ask('{ people { name } }');
    expect(asked.length).toBe(1);
  });

  const failures: readonly [
    what: string,
    answer: ((input: Record<string, unknown>) => unknown) | undefined,
    status: number,
  ][] = [
    ['is silent', undefined, 200],
    ['fails', () => ({ result: { office: true } }), 500],
    ['redirects', () => ({ result: { office: true } }), 302],
    ['answers something else', () => ({ office: true }), 200],
    ['answers a list', () => ({ result: ['office'] }), 200],
    ['answers too much', () => ({ result: { office: true, more: 'x'.repeat(100_000) } }), 200],
    ['says what is not true or false', () => ({ result: { office: 1 } }), 200],
  ];
  it.each(failures)('Z10: that %s denies', async (_what, answer, status) => {
    const { asked, decisionPoint } = await point(answer, status, answer ? 60_000 : 50);
    const { ask } = gatewayOf([crm()], overlay, { decisionPoint });
    const told = await ask('{ people { ssn } }', hr);
    expect(told).toMatchObject({ status: 200, data: { people: [{ ssn: null }, { ssn: null }] } });
    expect(asked.length).toBe(1);
  });

  it('Z10: that is killed denies, and its log line names no claim', async () => {
    const { decisionPoint, server } = await point(() => ({ result: { office: true } }));
    const { ask, logged } = gatewayOf([crm()], overlay, { decisionPoint });
    expect((await ask('{ people { ssn } }', hr)).errors).toEqual([]);
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
    expect((await ask('{ people { ssn } }', caller('u1', [], { seen: 'secret-claim' }))).errors.length).toBe(2);
    expect(JSON.stringify(logged)).toContain('the decision point decided nothing');
    expect(JSON.stringify(logged)).not.toContain('secret-claim');
  });
});
