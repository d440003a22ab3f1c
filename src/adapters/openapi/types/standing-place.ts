import { isWithin, type Located } from '../document/document.ts';
import type { Resolver } from '../document/resolver.ts';
import type { NormalForm } from '../schemas/normal-form.ts';
import { fileOf } from './spoken-place.ts';

/**
 * Where what a schema is called is decided. A generic that was bound stands in the schema that binds it: as that itself, where it comes
 * down to nothing else, and otherwise in it, by its own name. So there is one name for each binding, whoever comes upon it first.
 */
export function standingPlace(schema: Located, resolver: Resolver, normal: NormalForm): Located {
  const { written, maker } = resolver.instanceOf(schema.value) ?? {};
  if (!written || !maker) return schema;
  const { schema: bound } = normal.reduce(maker);
  const isBound = bound.address === written.address && isWithin(written.pointer, bound.pointer);
  const way = isBound ? written.pointer.slice(bound.pointer.length) : ownWay(written);
  return { ...maker, pointer: maker.pointer + way };
}

function ownWay({ address, pointer }: Located): string {
  const way = pointer.replace(/^\/(components\/schemas|definitions|\$defs)(?=\/)/, '');
  return way === '' ? `/${fileOf(address).replace(/\.(ya?ml|json)$/i, '')}` : way;
}
