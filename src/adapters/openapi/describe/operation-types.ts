import { camelName, pascalName, upperFirst } from '../../../base/names.ts';
import type { Located } from '../document/document.ts';
import type { Operation, OperationSite } from '../document/operation.ts';
import { text } from '../document/operation-parts.ts';
import type { Resolver } from '../document/resolver.ts';
import { fileOf, spokenPlace, tokensOf } from '../types/spoken-place.ts';
import type { NamedOperation } from '../types/type-names.ts';
import { responseName } from './describe-response.ts';

/**
 * What the types of operations are called after: the operation; or, where several paths may share it, its id or where it stands. None of
 * them is called after the path that was come by first.
 */
export class OperationTypes {
  readonly #names: ReadonlyMap<OperationSite, string>;
  readonly byPointer = new Map<string, NamedOperation>();

  /** `names`: of the root fields. */
  constructor(
    names: ReadonlyMap<OperationSite, string>,
    address: string,
    resolver: Resolver,
    read: (site: OperationSite) => Operation,
  ) {
    this.#names = names;
    for (const site of names.keys()) if (isAtHome(site)) this.#add(site.at[1], site, resolver, read);
    for (const site of names.keys()) {
      const { address: file, pointer } = site.operation;
      if (file === address && !this.byPointer.has(pointer)) this.#add(pointer, site, resolver, read);
    }
  }

  /** With a capital. */
  nameOf(site: OperationSite): string {
    if (isAtHome(site)) return upperFirst(this.#names.get(site)!); // every site has one
    const { operation } = site;
    const id = text(operation.value, 'operationId');
    const home = this.byPointer.get(operation.pointer);
    if (id !== undefined && id !== '') return upperFirst(camelName(id));
    if (home && operation.address === site.at[0]) return home.name;
    return placeName(operation);
  }

  #add(pointer: string, site: OperationSite, resolver: Resolver, read: (site: OperationSite) => Operation): void {
    let operation: Operation | undefined;
    this.byPointer.set(pointer, {
      name: this.nameOf(site),
      ofResponse(status) {
        operation ??= read(site);
        return responseName(operation.responses, status);
      },
      ofParameter(at) {
        const name = text(resolver.follow(`#${at}`, site.operation)?.value, 'name');
        return name === undefined ? undefined : pascalName(name);
      },
    });
  }
}

/** Does the operation stand where its path is? */
function isAtHome({ at: [address, pointer], operation }: OperationSite): boolean {
  return operation.address === address && operation.pointer === pointer;
}

/** `/components/pathItems/Pets/get`: `GetPetsPathItem`; `get` in the file `pets.yaml`: `GetPets`. */
function placeName({ address, pointer }: Located): string {
  const tokens = tokensOf(pointer);
  const method = pascalName(tokens.at(-1) ?? '');
  const inside = tokens.slice(0, -1);
  if (inside[0] === 'components' && inside[1] === 'pathItems')
    return `${method}${spokenPlace(inside.slice(2))}PathItem`;
  return method + (spokenPlace(inside) || pascalName(fileOf(address).replace(/\.(ya?ml|json)$/i, '')));
}
