import type { TypeKey } from '../model/model.ts';
import { leavesOf } from './content.ts';
import type { TypeCompiler } from './type-compiler.ts';
import { reachable } from './type-names.ts';

/**
 * In encoded values any accessor may be null or absent, whatever the schema says (SOAP 1.1, 5.1). Types that literal bodies use, too, stay
 * as the schema has them.
 */
export function loosenEncoded(compiler: TypeCompiler, encoded: readonly TypeKey[], literal: readonly TypeKey[]): void {
  if (encoded.length === 0) return;
  const strict = reachable(compiler.types, compiler, literal);
  for (const key of reachable(compiler.types, compiler, encoded)) {
    const type = compiler.types.get(key);
    if (type?.kind !== 'complex' || !type.content || strict.has(key)) continue;
    for (const leaf of leavesOf(type.content)) if (leaf.kind === 'element') leaf.nillable = true;
  }
}
