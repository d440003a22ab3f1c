import type { Wildcard } from './model.ts';

/** May elements of a namespace (`''`: none) stand where the wildcard is (XSD 1.0 part 1, 3.10.4)? */
export function standsFor({ only, but }: Wildcard, namespace: string): boolean {
  return only ? only.includes(namespace) : !but?.includes(namespace);
}
