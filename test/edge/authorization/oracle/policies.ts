import { print } from 'graphql';
import { Catalogue, openMember, prefixedReference } from '../../../../src/supergraph/catalogue.ts';
import type { Member } from '../../../../src/supergraph/supergraph.ts';
import type { Dice } from '../../../supergraph/differential/dice.ts';
import { overlayOf } from '../../../supergraph/differential/overlay.ts';
import type { World } from '../../../supergraph/differential/world.ts';
import { caller } from '../callers.ts';

/** One directive, as data. */
export type Said =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'public' }
  | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly (readonly string[])[] };

/** What is said of which element, in the overlay's names. */
export interface Policies {
  readonly fallback: 'allow' | 'deny';
  readonly said: ReadonlyMap<string, readonly Said[]>;
}

/** As the configuration writes them. `own` reads an argument. */
export const written = {
  gold: { equals: ['$claims.tier', 'gold'] },
  staff: { any: [{ contains: ['$scopes', 'c'] }, { in: ['$claims.tier', ['gold', 'silver']] }] },
  plain: { not: { present: '$claims.tier' } },
  own: { equals: ['$args.id', '$subject'] },
};

export const callers = [
  caller(null),
  caller('1'),
  caller('2', ['a'], { tier: 'silver' }),
  caller('3', ['a', 'b'], { tier: 'gold' }),
  caller('4', ['b', 'c']),
  caller('5', ['a', 'b', 'c'], { tier: 'gold' }),
];

export function makePolicies(dice: Dice, world: World, members: readonly Member[], withArguments: boolean): Policies {
  const said = new Map<string, Said[]>();
  const fallback = dice.chance(20) ? 'deny' : 'allow';
  const percent = dice.pick([3, 8, 15, 30]) + (fallback === 'deny' ? 40 : 0);
  const add = (element: string, withId = false) => {
    for (const one of sayings(dice, percent, withId && withArguments, fallback)) {
      said.set(element, [...(said.get(element) ?? []), one]);
    }
  };
  const catalogue = new Catalogue(members.map(member => openMember(member)));
  for (const [name, owners] of catalogue.types) {
    if (/^PIn\d/.test(name) || !/^(P|Query|Int64)/.test(name)) continue;
    if (!name.startsWith('PAny') && !(name === 'Query' && !dice.chance(5))) add(name);
    if (!['GraphQLObjectType', 'GraphQLInterfaceType'].includes(owners[0]!.type.constructor.name)) continue;
    for (const [field, [owner]] of catalogue.fields(name)) {
      add(
        `${name}.${field}`,
        name === 'Query' &&
          owner !== undefined &&
          'args' in owner.field &&
          owner.field.args.some(arg => arg.name === 'id'),
      );
    }
  }
  for (const link of world.links) {
    const element = `${link.on?.name ?? 'Query'}.${link.name}`;
    add(element, link.on === undefined);
    // It stands in one line, where no directive may stand twice.
    const kinds = new Map((said.get(element) ?? []).map(one => [one.kind, one] as const));
    if (kinds.size > 0) said.set(element, [...kinds.values()]);
  }
  for (const [element, all] of said)
    if (/^(PColour\d|Int64)$/.test(element) || all.length > 1)
      said.set(
        element,
        all.filter(({ kind }) => kind !== 'public'),
      );
  return { fallback, said };
}

function sayings(dice: Dice, percent: number, withId: boolean, fallback: Policies['fallback']): Said[] {
  if (!dice.chance(percent)) return [];
  const names = (pool: readonly string[]) => {
    const alternatives = Array.from({ length: 1 + dice.below(2) }, () =>
      Array.from({ length: 1 + dice.below(2) }, () => dice.pick(pool)),
    );
    return alternatives;
  };
  return Array.from({ length: dice.chance(15) ? 2 : 1 }, (): Said => {
    if (fallback === 'deny' && dice.chance(70)) return { kind: 'public' };
    const kind = dice.below(4);
    if (kind === 0) return { kind: 'authenticated' };
    if (kind === 1)
      return { kind: 'policies', anyOf: names(withId ? ['gold', 'own', 'own'] : ['gold', 'staff', 'plain']) };
    return { kind: 'scopes', anyOf: names(['a', 'b', 'c']) };
  });
}

/** The world's overlay with these policies in it, as an operator would write them. */
export function overlayWith(world: World, members: readonly Member[], { said }: Policies): string {
  const catalogue = new Catalogue(members.map(member => openMember(member)));
  let text = overlayOf(world);
  const lines: string[] = [];
  for (const [element, all] of said) {
    // A directive that is not repeatable stands in several extensions instead.
    for (const one of all) {
      const [typeName = '', field] = element.split('.');
      const directive = directiveOf(one);
      const link = world.links.find(({ name }) => name === field);
      const type = catalogue.types.get(typeName)?.[0]?.type;
      const keyword = { GraphQLObjectType: 'type', GraphQLInterfaceType: 'interface', GraphQLEnumType: 'enum' }[
        type?.constructor.name ?? ''
      ];
      if (link && field) text = withLink(text, field, directive);
      else if (field === undefined) lines.push(`extend ${keyword ?? 'scalar'} ${typeName} ${directive}`);
      else {
        const [owner] = catalogue.fields(typeName).get(field)!;
        lines.push(
          `extend ${keyword} ${typeName} { ${field}: ${print(prefixedReference(owner!.member, owner!.field.type))} ${directive} }`,
        );
      }
    }
  }
  return [text, ...lines].join('\n');
}

/** A link is written once: what is said twice of it is said in one line only where the directives differ. */
function withLink(overlay: string, link: string, directive: string): string {
  return overlay
    .split('\n')
    .map(line => {
      const isIts = new RegExp(`\\{ ${link}[:(]`).test(line);
      return isIts ? line.replace('@resolve(', `${directive} @resolve(`) : line;
    })
    .join('\n');
}

function directiveOf(said: Said): string {
  if (said.kind === 'scopes') return `@requiresScopes(scopes: ${JSON.stringify(said.anyOf)})`;
  return said.kind === 'policies' ? `@policy(policies: ${JSON.stringify(said.anyOf)})` : `@${said.kind}`;
}
