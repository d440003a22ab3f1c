import { isInterfaceType, isScalarType, parse, print, printType, visit } from 'graphql';
import { type Catalogue, isRoot, isSharedScalar, prefixedType, type TypeOwner } from '../catalogue.ts';

interface Definition {
  /** Equal where two sources say the same. */
  readonly text: string;
  /** The types it speaks of, in the source's own names. */
  readonly uses: readonly string[];
}

/**
 * Types of several sources that are one, since nothing tells them apart: the sources have the same prefix, their
 * definitions differ in descriptions at most, and use shared scalars and types that are identical by this same rule. An
 * interface is identical together with what implements it. In the overlay's names. `joined`: the types with `@entity`,
 * whose sources may differ.
 */
export function identicalTypes(catalogue: Catalogue, joined: ReadonlySet<string>): ReadonlySet<string> {
  const alike = new Map<string, readonly string[]>();
  for (const [typeName, owners] of catalogue.types) {
    if (owners.length < 2 || isRoot(typeName) || joined.has(typeName)) continue;
    const uses = agreedUses(owners);
    if (uses) alike.set(typeName, uses);
  }
  // Types may use each other in a circle: so all are taken to be identical until one is found to use what is not.
  for (let before = -1; before !== alike.size; ) {
    before = alike.size;
    for (const [typeName, uses] of alike) {
      if (!uses.every(use => isSharedScalar(use) || alike.has(use))) alike.delete(typeName);
    }
  }
  return new Set(alike.keys());
}

/** What the one definition of all owners uses; undefined where they do not agree. */
function agreedUses(owners: readonly TypeOwner[]): readonly string[] | undefined {
  const [first] = owners;
  if (!first || owners.every(({ type }) => isScalarType(type))) return [];
  const { prefix } = first.member.source.options;
  const { text, uses } = definitionOf(first);
  const agreed = owners.every(
    owner => owner.member.source.options.prefix === prefix && definitionOf(owner).text === text,
  );
  return agreed ? uses.map(use => prefixedType(first.member, use)) : undefined;
}

function definitionOf({ member, type }: TypeOwner): Definition {
  const uses: string[] = [];
  const definition = visit(parse(printType(type), { noLocation: true }), {
    enter: node => ('description' in node ? { ...node, description: undefined } : undefined),
    NamedType: ({ name }) => {
      uses.push(name.value);
    },
  });
  const heirs = isInterfaceType(type) ? member.schema.getImplementations(type) : { objects: [], interfaces: [] };
  const implementations = [...heirs.objects, ...heirs.interfaces].map(({ name }) => name).sort();
  return { text: [print(definition), ...implementations].join('\n'), uses: [...uses, ...implementations] };
}
