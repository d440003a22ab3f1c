import { describe, expect, it } from 'vitest';
import { run, source, supergraph } from './harness.ts';

const pets = () =>
  source(
    'pets',
    `type Query { pets(ids: [ID!]): [Pet] kittens(ids: [ID!]): [Cat] any: [Any] named: [Named] } union Any = Cat | Dog interface Named { id: ID! }
     type Pet { id: ID! as: Any named: Named } type Cat implements Named { id: ID! lives: Int } type Dog implements Named { id: ID! barks: Boolean friend: Named }`,
    {
      pets: ({ ids }) => (ids as string[] | undefined)?.map(id => ({ id, as: cat(id), named: dog(id) })),
      kittens: ({ ids }) => (ids as string[]).map(cat),
      any: () => [cat('1'), dog('2')],
      named: () => [cat('1'), dog('2')],
    },
  );
const cat = (id: string) => ({ __typename: 'Cat', id, lives: 9 });
const dog = (id: string) => ({ __typename: 'Dog', id, barks: true, friend: cat(`${id}${id}`) });
const owners = () =>
  source('owners', 'type Query { owners(pets: [ID!]): [Owner] } type Owner { pet: ID name: String }', {
    owners: ({ pets }) => (pets as string[]).map(pet => ({ pet, name: `o${pet}` })).reverse(),
  });
const facts = () =>
  source('facts', 'type Query { cats(ids: [ID!]): [Cat] } type Cat { id: ID! fact: String }', {
    cats: ({ ids }) => (ids as string[]).map(id => ({ id, fact: `f${id}` })).reverse(),
  });
const links = `
  extend type Cat { owner: Owner @resolve(call: "owners.owners", batch: { key: "$parent.id", into: "pets", match: "pet" }) }
  extend type Dog { owner: Owner @resolve(call: "owners.owners", batch: { key: "$parent.id", into: "pets", match: "pet" }) }
  extend type Owner { its: Pet @resolve(call: "pets.pets", batch: { key: "$parent.pet", into: "ids" }) }
`;

describe.each([
  ['direct', '', 'Cat'],
  ['delegated', 'extend type Cat @rename(to: "Felis") { lives: Int @rename(to: "remaining") }', 'Felis'],
])('links below abstract types, %s', (_name, more, Cat) => {
  it('stand on each concrete type', async () => {
    const [p, o] = [pets(), owners()];
    const query = `{ any { ...on ${Cat} { owner { name its { as { ...C } named { id ... on Dog { barks friend { id } } } } } } ... on Dog { owner { name } } } named { id ...C ... on Dog { friend { __typename ...C } } } } fragment C on ${Cat} { id owner { name } }`;
    const result = await run(supergraph([p, o], links + more), query);
    expect(result).toEqual({
      data: {
        any: [
          {
            owner: {
              name: 'o1',
              its: { as: { id: '1', owner: { name: 'o1' } }, named: { id: '1', barks: true, friend: { id: '11' } } },
            },
          },
          { owner: { name: 'o2' } },
        ],
        named: [
          { id: '1', owner: { name: 'o1' } },
          { id: '2', friend: { __typename: Cat, id: '22', owner: { name: 'o22' } } },
        ],
      },
    });
    expect(p.sent).toHaveLength(3);
  });
});

it('a merged type behind an interface and a union', async () => {
  const overlay = `${links} extend type Cat @entity(key: "id", call: "facts.cats", into: "ids") @entity(key: "id", call: "pets.kittens", into: "ids")`;
  const f = facts();
  const result = await run(
    supergraph([pets(), owners(), f], overlay),
    '{ named { id ... on Cat { lives fact owner { name } } } any { __typename ... on Cat { fact } ... on Dog { friend { ... on Cat { fact } } } } }',
  );
  expect(result).toEqual({
    data: {
      named: [{ id: '1', lives: 9, fact: 'f1', owner: { name: 'o1' } }, { id: '2' }],
      any: [
        { __typename: 'Cat', fact: 'f1' },
        { __typename: 'Dog', friend: { fact: 'f22' } },
      ],
    },
  });
  expect(f.sent).toEqual(['cats {"ids":["1","22"]}']);
});

it('@skip and @include, with variables, on links', async () => {
  const query =
    'query ($no: Boolean!) { any { ... on Cat { owner @include(if: $no) { name } o: owner @skip(if: $no) { name its @include(if: $no) { id } } } } }';
  for (const more of ['', 'extend type Owner { name: String @rename(to: "called") }']) {
    const result = await run(
      supergraph([pets(), owners()], links + more),
      more ? query.replaceAll('name', 'called') : query,
      { no: false },
    );
    expect(result).toEqual({ data: { any: [{ o: { [more ? 'called' : 'name']: 'o1' } }, {}] } });
  }
});
