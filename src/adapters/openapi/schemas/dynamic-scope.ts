import { own } from '../../../base/json.ts';
import { type Located, type OpenApiDocument, pointersAround, resourceAround } from '../document/document.ts';
import { keywordsOf } from './normal-form.ts';

/** What a name that `$dynamicRef`s ask for is, and the pointer of the schema resource that says so. */
export interface Binding {
  readonly name: string;
  readonly schema: Located;
  readonly by: string;
  /** Which of the document's `$dynamicAnchor`s it is. */
  readonly number: number;
}

/** The bindings of the schema resources that were entered, the outermost first: of one name, the first counts (JSON Schema 2020-12, 8.2.3.2). */
export type DynamicScope = readonly Binding[];

/** The bindings of names that are asked for, each name once. */
export function narrowed(scope: DynamicScope, names: ReadonlySet<string>): DynamicScope {
  const found = new Map<string, Binding>();
  for (const binding of scope)
    if (names.has(binding.name) && !found.has(binding.name)) found.set(binding.name, binding);
  return [...found.values()];
}

/** Scopes that have each name once have equal texts where they are equal: their order says nothing. */
export function printedScope(scope: DynamicScope): string {
  const numbers = scope.map(({ number }) => number);
  return numbers.sort((a, b) => a - b).join(' ');
}

/** The `$dynamicAnchor`s of a document, by the schema resources that they belong to. */
export class DynamicAnchors {
  readonly #resources: OpenApiDocument['resources'];
  /** By address, and by the pointer of the resource. */
  readonly #byResource = new Map<string, Map<string, Binding[]>>();
  /** How many schemas of one resource have one name. */
  readonly #counts = new Map<string, number>();

  constructor({ resources, dynamic }: OpenApiDocument) {
    this.#resources = resources;
    const named = dynamic.flatMap(schema => {
      const name = own(keywordsOf(schema), '$dynamicAnchor');
      return typeof name === 'string' ? [{ name, schema }] : [];
    });
    for (const { name, schema } of named) {
      const key = this.#anchorKey(name, schema);
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    }
    for (const [number, { name, schema }] of named.entries()) {
      const by = this.#binderOf(name, schema);
      const inFile = this.#byResource.get(schema.address) ?? new Map<string, Binding[]>();
      this.#byResource.set(schema.address, inFile);
      const bindings = inFile.get(by);
      const binding = { name, schema, by, number };
      if (bindings) bindings.push(binding);
      else inFile.set(by, [binding]);
    }
  }

  /** Are several schemas of its resource called so? The specification leaves open which of them is meant. */
  isOneOfSeveral(name: string, schema: Located): boolean {
    return (this.#counts.get(this.#anchorKey(name, schema)) ?? 0) > 1;
  }

  /** Of all resources that a place is in: its scope where nothing led there. */
  around({ address, pointer }: Located): DynamicScope {
    return this.#within(address, pointer, '');
  }

  /** Of the resource that a reference to the place enters. */
  entered(target: Located): DynamicScope {
    return this.#within(target.address, target.pointer, resourceAround(this.#resources, target)?.pointer ?? '');
  }

  /** Of the resource that the place itself is. */
  at({ address, pointer }: Located): DynamicScope {
    return this.#byResource.get(address)?.get(pointer) ?? [];
  }

  #within(address: string, pointer: string, outermost: string): DynamicScope {
    const inFile = this.#byResource.get(address);
    if (!inFile) return [];
    const found: DynamicScope[] = [];
    for (const outer of pointersAround(pointer)) {
      if (outer.length < outermost.length) break;
      const bindings = inFile.get(outer);
      if (bindings) found.push(bindings);
    }
    const [only = [], ...others] = found;
    return others.length === 0 ? only : found.reverse().flat();
  }

  #anchorKey(name: string, schema: Located): string {
    return `${schema.address}#${resourceAround(this.#resources, schema)?.pointer ?? ''}\n${name}`;
  }

  /**
   * The schema with an `$id` around an anchor. An OpenAPI document is no schema: where nothing in it has an `$id`, the schema that has the
   * anchor among its `$defs` counts as one; and so it does where one resource gives a name twice, which the specification leaves open.
   */
  #binderOf(name: string, schema: Located): string {
    const around = resourceAround(this.#resources, schema);
    const isSchema = around && typeof own(keywordsOf(around), '$id') === 'string';
    if (isSchema && !this.isOneOfSeveral(name, schema)) return around.pointer;
    return /^(.*)\/(?:\$defs|definitions)\/[^/]+$/.exec(schema.pointer)?.[1] ?? schema.pointer;
  }
}
