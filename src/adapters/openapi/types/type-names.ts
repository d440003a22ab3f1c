import { reservedTypeNames } from '../../../adapter/definitions.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isLegalName, pascalName, shortHash, uniqueNames } from '../../../base/names.ts';
import type { Shape } from '../call/shape.ts';
import { isWithin, type Located } from '../document/document.ts';
import { text } from '../document/operation-parts.ts';
import { fileOf, spokenPlace, tokensOf } from './spoken-place.ts';
import { TypeRenaming } from './type-renaming.ts';

/** The types that are ours, whatever a document calls its own. */
const reserved: ReadonlySet<string> = new Set([...reservedTypeNames, 'File', 'HttpFile', 'HttpHeader']);

/** A component of the document: its key, and where it stands. */
type Component = Located & { readonly key: string };

/** What names are made of beside the schemas that they are for. */
export interface NamedParts {
  /** Of the document. */
  readonly address: string;
  readonly components: readonly Component[];
  /** By the pointer of the operation. */
  readonly operations: ReadonlyMap<string, NamedOperation>;
  /** Where what a schema is called is decided: almost always where it stands. */
  standing(schema: Located): Located;
}

/** What an operation's types are called after. */
export interface NamedOperation {
  readonly name: string;
  /** What is added for the answer of that status, and instead of the way to the parameter of that pointer: as the operation itself is read. */
  ofResponse(status: string): string;
  ofParameter(pointer: string): string | undefined;
}

/** What a type is called that stands around others, and for which of them it does. */
interface Around {
  readonly wanted: string;
  readonly place: string;
}

/** Names are settled in two rounds, or three where the second finds new rivals; more would be names made to be a nuisance. */
const mostRounds = 4;

/**
 * Gives every type a name of its own. It is decided by where the schema stands, never by what came upon it first, so that it stays when
 * the document grows: components keep theirs whichever of them are used, and what several places want alike is told apart at each.
 *
 * That several places want a name is known when all are read. Until then the first of them has it: `settle` says how it is called instead.
 */
export class TypeNames {
  readonly #parts: NamedParts;
  readonly #report: (diagnostic: Diagnostic) => void;
  readonly #components: ReadonlyMap<string, string>;
  /** The names of components, by where they stand. */
  readonly #byPointer: ReadonlyMap<string, string>;
  readonly #names: ReadonlySet<string>;
  /** Of components, of their twins, and ours: nothing else is ever called so. */
  readonly #owned: ReadonlySet<string>;
  /** By address. */
  readonly #files = new Map<string, string>();
  /** All that was asked for, in its order: by the name that was given. */
  readonly #grants = new Map<string, (renaming: TypeRenaming) => string>();
  /** Names that several places are known to want: none of them gets one. */
  readonly #contested = new Set<string>();
  readonly #taken = new Set<string>();
  /** The first place that wanted a name. */
  readonly #wanted = new Map<string, string>();
  /** Names that several places want, and that were not known to be contested: these are to be given again. */
  readonly #rivals = new Set<string>();
  #toldApart: Diagnostic[] = [];

  constructor(parts: NamedParts, report: (diagnostic: Diagnostic) => void) {
    this.#parts = parts;
    this.#report = report;
    this.#components = componentNames(parts.components);
    this.#byPointer = new Map(parts.components.map(({ key, pointer }) => [pointer, this.#components.get(key)!]));
    this.#names = new Set(this.#components.values());
    this.#owned = new Set([...this.#names, ...[...this.#names].map(inputTwin), ...reserved]);
  }

  /** The name of a schema that is a component of the document itself. */
  component(schema: Located): string | undefined {
    const { address, pointer } = this.#parts.standing(schema);
    return address === this.#parts.address ? this.#byPointer.get(pointer) : undefined;
  }

  /** A component's own name. */
  own(name: string, schema: Located): string {
    return this.#grant(() => this.#owning(name, schema));
  }

  /** What a component is called in inputs. */
  twin(component: string, schema: Located): string {
    const name = inputTwin(component);
    return name !== component && this.#names.has(name)
      ? this.#grant(() => this.#tellApart(name, schema))
      : this.own(name, schema);
  }

  /** The name that is wanted, or one that is told apart by where the schema stands. */
  claim(wanted: string, schema: Located): string {
    return this.#grant(() => this.#claimed(wanted, schema));
  }

  /** The same for a type that no schema names: what it is called after is called itself otherwise when names are settled. */
  claimAround(shape: Shape, called: (shape: Shape) => Around): string {
    return this.#grant(renaming => {
      const { wanted, place } = called(renaming.shape(shape));
      return this.#claimed(wanted, { value: undefined, address: '', pointer: place });
    });
  }

  /** To be asked once all types have names: which of them are called otherwise than they were. Tells what is not called as it would be. */
  settle(): TypeRenaming {
    const names = new Map<string, string>();
    const renaming = new TypeRenaming(names);
    for (let round = 1; this.#rivals.size > 0 && round < mostRounds; round++) {
      for (const name of this.#rivals) this.#contested.add(name);
      for (const settled of [this.#taken, this.#wanted, this.#rivals, names]) settled.clear();
      this.#toldApart = [];
      for (const [given, grant] of this.#grants) {
        const name = grant(renaming);
        if (name !== given) names.set(given, name);
      }
    }
    for (const component of this.#parts.components) this.#reportComponent(component);
    for (const diagnostic of this.#toldApart) this.#report(diagnostic);
    return renaming;
  }

  #grant(grant: (renaming: TypeRenaming) => string): string {
    const given = grant(asGiven);
    this.#grants.set(given, grant);
    return given;
  }

  #owning(name: string, schema: Located): string {
    if (this.#taken.has(name)) return this.#tellApart(name, schema);
    this.#taken.add(name);
    return name;
  }

  #claimed(wanted: string, schema: Located): string {
    const isOwned = this.#owned.has(wanted);
    const isContested = this.#contested.has(wanted);
    const place = this.#placeOf(schema);
    const first = this.#wanted.get(wanted);
    if (first === undefined) this.#wanted.set(wanted, place);
    else if (first !== place && !isOwned && !isContested) this.#rivals.add(wanted);
    if (isOwned || isContested || this.#taken.has(wanted)) return this.#tellApart(wanted, schema);
    this.#taken.add(wanted);
    return wanted;
  }

  /** What the schema of a shared parameter, header or media type is called; undefined where a schema belongs to whoever reads it. */
  shared(schema: Located): string | undefined {
    return schema.address === this.#parts.address && sharedRoot.test(schema.pointer) ? this.ofPlace(schema) : undefined;
  }

  /** Is the part called after the whole? */
  isPart(part: Located, whole: Located): boolean {
    const [inner, outer] = [this.#parts.standing(part), this.#parts.standing(whole)];
    return inner.address === outer.address && isWithin(inner.pointer, outer.pointer);
  }

  /** What a schema is called by where it stands: its component, its operation or its file, and the way from there. */
  ofPlace(schema: Located): string {
    const component = this.component(schema);
    if (component !== undefined) return component;
    const { address, pointer } = this.#parts.standing(schema);
    const tokens = tokensOf(pointer);
    const isOurs = address === this.#parts.address;
    const ofOperation = isOurs ? this.#ofOperation(pointer, tokens) : undefined;
    if (ofOperation !== undefined) return ofOperation;
    if (isOurs && tokens[0] === 'paths') return spokenPlace(tokens);
    const [section = '', key, ...way] = tokens[0] === 'components' ? tokens.slice(1) : tokens;
    if (key !== undefined && sections.has(section)) {
      const known = isOurs && schemas.has(section) ? this.#components.get(key) : undefined;
      const name = known ?? pascalName(key);
      return name + (section === 'responses' && !name.endsWith('Response') ? 'Response' : '') + spokenPlace(way);
    }
    return spokenPlace(tokens) || pascalName(fileOf(address).replace(/\.(ya?ml|json)$/i, ''));
  }

  /** Undefined where the place is in no operation of the document. */
  #ofOperation(pointer: string, tokens: readonly string[]): string | undefined {
    const depth = [3, 4, 5].find(length =>
      this.#parts.operations.has(
        pointer
          .split('/')
          .slice(0, length + 1)
          .join('/'),
      ),
    );
    const at =
      depth === undefined
        ? ''
        : pointer
            .split('/')
            .slice(0, depth + 1)
            .join('/');
    const operation = this.#parts.operations.get(at);
    if (depth === undefined || !operation) return undefined;
    const way = tokens.slice(depth);
    const [section, key = ''] = way;
    if (section === 'parameters') {
      const called = operation.ofParameter(`${at}/parameters/${key}`);
      if (called !== undefined) return operation.name + called + spokenPlace(way.slice(way[2] === 'content' ? 4 : 2));
    }
    if (section === 'requestBody' && key === 'content') return operation.name + spokenPlace(way.slice(3));
    if (section !== 'responses' || key === '') return operation.name + spokenPlace(way);
    return operation.name + operation.ofResponse(key) + spokenPlace(way.slice(way[2] === 'content' ? 4 : 2));
  }

  /** The same wherever the folder lies. */
  #placeOf(schema: Located): string {
    const { address, pointer } = this.#parts.standing(schema);
    const file = this.#files.get(address) ?? fileOf(address);
    this.#files.set(address, file);
    return `${file}#${pointer}`;
  }

  #tellApart(wanted: string, schema: Located): string {
    let name = wanted;
    const isGone = () => [this.#taken, this.#owned, this.#contested].some(names => names.has(name));
    for (let salt = this.#placeOf(schema); isGone(); salt += '+') name = `${wanted}_${shortHash(salt)}`;
    this.#taken.add(name);
    this.#toldApart.push(collision(`Another type is called ${wanted}; this one is ${name}.`, schema));
    return name;
  }

  /** Many components are no types: scalars, and what nothing uses. */
  #reportComponent(component: Component): void {
    const { key, value } = component;
    const wish = text(value, 'x-graphql-type-name');
    if (wish !== undefined && !isLegalName(wish)) this.#report(illegal(wish, component));
    const wanted = wishOf(value) ?? pascalName(key);
    const name = this.#components.get(key)!;
    if (name !== wanted && (this.#taken.has(name) || this.#taken.has(inputTwin(name))))
      this.#report(collision(`Another type is called ${wanted}; that of ${key} is ${name}.`, component));
  }
}

const asGiven = new TypeRenaming(new Map());

function collision(message: string, { address, pointer }: Located): Diagnostic {
  const hint = 'x-graphql-type-name gives a type another name.';
  return { severity: 'note', code: 'NAME_COLLISION', message, at: [address, pointer], hint };
}

function illegal(wish: string, { address, pointer }: Located): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: `GraphQL can call no type ${JSON.stringify(wish.slice(0, 100))}; its key names it.`,
    at: [address, `${pointer}/x-graphql-type-name`],
    hint: 'A name has letters, digits and _, and begins neither with a digit nor with __.',
  };
}

/** `x-graphql-type-name`, where GraphQL can call a type so. */
export function wishOf(schema: unknown): string | undefined {
  const wish = text(schema, 'x-graphql-type-name');
  return wish !== undefined && isLegalName(wish) ? wish : undefined;
}

/** mapping: what a type is called in inputs. A name that ends in `Input` is kept. */
export function inputTwin(name: string): string {
  return name.endsWith('Input') ? name : `${name}Input`;
}

/** By key. A wish goes before what a key would be called; equal wishes are told apart. */
function componentNames(components: readonly Component[]): Map<string, string> {
  const counts = new Map<string, number>();
  const wishes = components.map(({ value }) => wishOf(value));
  for (const wish of wishes) if (wish !== undefined) counts.set(wish, (counts.get(wish) ?? 0) + 1);
  const wanted = new Map<string, string>();
  /** To `uniqueNames`, who has the strongest claim is the one whose key is the name. */
  const ids = components.map(({ key }, index) => {
    const wish = wishes[index];
    const id =
      wish === undefined ? (counts.has(key) ? `${key}\n` : key) : counts.get(wish) === 1 ? wish : `${wish}\n${key}`;
    wanted.set(id, wish ?? pascalName(key));
    return id;
  });
  const names = uniqueNames(ids, id => wanted.get(id)!, reserved);
  return new Map(components.map(({ key }, index) => [key, names.get(ids[index]!)!]));
}

const sharedRoot =
  /^(\/components\/(parameters|headers|mediaTypes)|\/parameters)\/[^/]+(\/content\/[^/]+)?(\/(schema|itemSchema))?$/;

/** Sections of a document whose keys name what they hold. */
const schemas: ReadonlySet<string> = new Set(['schemas', 'definitions']);
const sections: ReadonlySet<string> = new Set([
  ...schemas,
  ...['parameters', 'responses', 'requestBodies', 'headers', 'mediaTypes', 'pathItems'],
]);
