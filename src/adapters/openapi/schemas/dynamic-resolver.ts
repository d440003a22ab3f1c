import type { Diagnostic } from '../../../base/diagnostic.ts';
import { own } from '../../../base/json.ts';
import { type Located, type OpenApiDocument, pointersAround } from '../document/document.ts';
import { children, type Instance, Resolver, referenceOf } from '../document/resolver.ts';
import { walk } from '../document/walk.ts';
import { type Binding, DynamicAnchors, type DynamicScope, narrowed, printedScope } from './dynamic-scope.ts';
import { keywordsOf } from './normal-form.ts';

/** Of places that are looked at to tell schemas apart by the way to them, and of bindings in force there. More are no document but an attack. */
const mostSteps = 1_000_000;

/** An instance, and the scope in which its references stand. */
interface Scoped extends Instance {
  readonly scope: DynamicScope;
}

/** One that knows dynamic scopes where the document has a `$dynamicRef`; all others pay nothing for them. */
export function resolverFor(document: OpenApiDocument, report: (diagnostic: Diagnostic) => void): Resolver {
  const isDynamic = document.dynamic.some(schema => Object.hasOwn(keywordsOf(schema), '$dynamicRef'));
  return isDynamic ? new DynamicResolver(document, report) : new Resolver(document, report);
}

/**
 * Follows `$dynamicRef`s, too (JSON Schema 2020-12, 8.2.3.2). What they lead to depends on the schema resources that were entered on the way;
 * a schema from which any can be come to is another value for each such way, so that whoever remembers schemas by their values
 * remembers each by itself. What depends on no way is the same value always.
 */
class DynamicResolver extends Resolver {
  readonly #plain: Resolver;
  readonly #anchors: DynamicAnchors;
  /** The names that are asked for in a place, or behind its references: by `placeKey`. */
  readonly #asked: ReadonlyMap<string, ReadonlySet<string>>;
  readonly #instances = new Map<string, Located>();
  readonly #byValue = new Map<unknown, Scoped>();
  readonly #files: OpenApiDocument['files'];
  /** Bindings that the schemas which ask for them give themselves. */
  readonly #defaults = new Set<Binding>();
  #steps = 0;

  constructor(document: OpenApiDocument, report: (diagnostic: Diagnostic) => void) {
    super(document, report);
    this.#files = document.files;
    this.#plain = new Resolver(document, () => {});
    this.#anchors = new DynamicAnchors(document);
    this.#asked = askedNames(document, this.#plain, () => this.#isAffordable(1, document));
    for (const schema of document.dynamic) {
      const name = askedName(schema.value);
      for (const binding of this.#anchors.around(schema)) if (binding.name === name) this.#defaults.add(binding);
    }
  }

  override instanceOf(value: unknown): Instance | undefined {
    return this.#byValue.get(value);
  }

  override adopt(made: Located, whole: Located): void {
    const instance = this.#byValue.get(whole.value);
    if (instance) this.#byValue.set(made.value, { ...instance, written: made });
  }

  override follow(reference: string, from: Located): Located | undefined {
    const { written: at, scope } = this.#byValue.get(from.value) ?? {
      written: from,
      scope: this.#anchors.around(from),
    };
    const name = askedName(from.value);
    const bound = name === undefined ? undefined : this.#bound(name, scope, this.#plain.follow(reference, at));
    if (bound) return this.#enter(bound.schema, scope);
    const found = super.follow(reference, at);
    if (!found || this.#byValue.has(found.value)) return found;
    if (name !== undefined && this.#anchors.isOneOfSeveral(name, found)) return this.#ambiguous(reference, at);
    return this.#enter(found, scope);
  }

  #enter(target: Located, scope: DynamicScope): Located {
    const asked = this.#asked.get(placeKey(target));
    if (!asked || this.#steps >= mostSteps) return target;
    const entered = this.#anchors.entered(target);
    const outer = new Map(narrowed(scope, asked).map(binding => [binding.name, binding]));
    for (const binding of entered) this.#tellIdle(binding, outer.get(binding.name));
    return this.#instance(target, [...scope, ...entered]);
  }

  /** Undefined where the reference is a plain one, since what it names by itself is no `$dynamicAnchor`. */
  #bound(name: string, scope: DynamicScope, found: Located | undefined): Binding | undefined {
    const isDynamic = !found || own(keywordsOf(found), '$dynamicAnchor') === name;
    return isDynamic ? scope.find(binding => binding.name === name) : undefined;
  }

  /** The schema in the scope; itself where that is its own, or where nothing in it asks for any of it. */
  #instance(written: Located, scope: DynamicScope): Located {
    const asked = this.#asked.get(placeKey(written));
    if (!asked || !this.#isAffordable(scope.length, written)) return written;
    const bindings = narrowed(scope, asked);
    const key = printedScope(bindings);
    if (key === printedScope(narrowed(this.#anchors.around(written), asked))) return written;
    const known = this.#instances.get(`${placeKey(written)}\n${key}`);
    if (known) return known;
    const instance = this.#differs(written, bindings) ? this.#copied(written, bindings) : written;
    this.#instances.set(`${placeKey(written)}\n${key}`, instance);
    return instance;
  }

  #copied(written: Located, bindings: DynamicScope): Located {
    const inner = children(written);
    this.#isAffordable(inner.length, written);
    const parts = inner.map(
      part => [part.key, this.#instance(part, [...bindings, ...this.#anchors.at(part)]).value] as const,
    );
    const value = Array.isArray(written.value) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
    this.#byValue.set(value, { written, scope: bindings, maker: this.#makerOf(bindings) });
    return { value, address: written.address, pointer: written.pointer };
  }

  /** Does anything that is come to from the schema lead elsewhere in the scope than in the schema's own? */
  #differs(written: Located, bindings: DynamicScope): boolean {
    const met = new Set<string>();
    const waiting = [{ at: written, scope: bindings, alone: this.#anchors.around(written) }];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const { at } = next;
      const asked = this.#asked.get(placeKey(at));
      if (!asked) continue;
      const [scope, alone] = [narrowed(next.scope, asked), narrowed(next.alone, asked)];
      const [here, there] = [printedScope(scope), printedScope(alone)];
      const key = `${placeKey(at)}\n${here}\n${there}`;
      if (here === there || met.has(key)) continue;
      met.add(key);
      const enter = (target: Located, entered: DynamicScope) => {
        const isAsking = this.#asked.has(placeKey(target));
        const steps = isAsking ? 1 + scope.length + alone.length + entered.length : 1;
        if (!this.#isAffordable(steps, written) || !isAsking) return;
        waiting.push({ at: target, scope: [...scope, ...entered], alone: [...alone, ...entered] });
      };
      for (const part of children(at)) enter(part, this.#anchors.at(part));
      const reference = referenceOf(at.value);
      const found = reference === undefined ? undefined : this.#plain.follow(reference, at);
      const name = askedName(at.value);
      const bound = name === undefined ? undefined : this.#bound(name, scope, found);
      if (name !== undefined && bound?.schema !== this.#bound(name, alone, found)?.schema) return true;
      const target = bound?.schema ?? found;
      if (target) enter(target, this.#anchors.entered(target));
    }
    return false;
  }

  #makerOf([outermost]: DynamicScope): Located | undefined {
    if (!outermost) return undefined;
    const { address } = outermost.schema;
    return this.#plain.follow(`#${outermost.by}`, { value: this.#files.get(address), address, pointer: '' });
  }

  /** A generic that is bound within what is bound to the same name is what the outermost says: seldom what was meant. */
  #tellIdle(binding: Binding, outer: Binding | undefined): void {
    const { name, schema, by } = binding;
    const isOwn = this.#defaults.has(binding) || schema.pointer === by; // an extended tree is meant so
    if (!outer || outer.schema === schema || isOwn) return;
    this.report({
      severity: 'note',
      code: 'NAME_COLLISION',
      message: `Within ${outer.by || outer.schema.address}, "${name.slice(0, 100)}" is what that binds it to, and not what is bound here.`,
      at: [schema.address, schema.pointer],
      hint: 'Give generics that stand within each other names of their own.',
    });
  }

  #ambiguous(reference: string, { address, pointer }: Located): undefined {
    this.report({
      severity: 'warning',
      code: 'REFERENCE_NOT_FOUND',
      message: `The dynamic reference "${reference.slice(0, 200)}" may be to any of several schemas, and nothing says to which.`,
      at: [address, pointer],
      hint: 'Give each of the schemas that hold the anchors an `$id`.',
    });
  }

  /** Counts what is looked at; false, and told of once, where that is too much. */
  #isAffordable(steps: number, { address }: Pick<Located, 'address'>): boolean {
    if (this.#steps >= mostSteps) return false;
    this.#steps += steps;
    if (this.#steps < mostSteps) return true;
    const message =
      'The dynamic references make too many schemas of those that are written: the rest lead where they do by themselves.';
    this.report({ severity: 'warning', code: 'CONSTRUCT_NOT_SUPPORTED', message, at: [address] });
    return false;
  }
}

function placeKey({ address, pointer }: Omit<Located, 'value'>): string {
  return `${address}#${pointer}`;
}

/** The name that a `$dynamicRef` asks for; undefined of all else, and of one that points to a place. */
function askedName(value: unknown): string | undefined {
  const keywords = keywordsOf({ value, address: '', pointer: '' });
  const reference = own(keywords, '$ref') === undefined ? own(keywords, '$dynamicRef') : undefined;
  const [, name] = typeof reference === 'string' ? reference.split('#', 2) : [];
  return name === '' || name?.startsWith('/') ? undefined : name;
}

/** Goes from every `$dynamicRef` backwards: what is around it, what refers to that, and so on. */
function askedNames(
  document: OpenApiDocument,
  resolver: Resolver,
  isAffordable: () => boolean,
): Map<string, Set<string>> {
  const referrers = new Map<string, Located[]>();
  const asking: (readonly [at: Located, name: string])[] = [];
  /** The names that the way to a reference may decide on: with several bindings, or without one where the reference is. */
  const open = new Set<unknown>();
  const note = (key: string, referrer: Located) => {
    const known = referrers.get(key);
    if (known) known.push(referrer);
    else referrers.set(key, [referrer]);
  };
  for (const [address, value] of document.files) {
    walk({ value, address, pointer: '' }, (node, place) => {
      const reference = referenceOf(node);
      if (reference === undefined) return;
      const at = place();
      const name = askedName(node);
      const found = resolver.follow(reference, at);
      if (found) note(placeKey(found), at);
      if (name === undefined) return;
      note(name, at);
      asking.push([at, name]);
      if (!found) open.add(name);
    });
  }
  const anchors = new Map(document.dynamic.map(at => [placeKey(at), own(keywordsOf(at), '$dynamicAnchor')]));
  const bound = new Set<unknown>();
  for (const name of anchors.values()) (bound.has(name) ? open : bound).add(name);
  // What has one binding alone, and is answered without it, leads to the same schema on every way.
  const waiting = asking.filter(([, name]) => open.has(name));
  const asked = new Map<string, Set<string>>();
  /** What is new in a place goes to who refers to it; of an anchor, by its name. */
  const add = (key: string, name: string): boolean => {
    const names = asked.get(key) ?? new Set<string>();
    if (names.has(name) || (names.size > 0 && !isAffordable())) return false;
    asked.set(key, names.add(name));
    for (const referrer of referrers.get(key) ?? []) waiting.push([referrer, name]);
    return true;
  };
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [{ address, pointer }, name] = next;
    for (const outer of pointersAround(pointer)) {
      const key = placeKey({ address, pointer: outer });
      if (!add(key, name)) break;
      const anchor = anchors.get(key);
      if (typeof anchor === 'string') add(anchor, name);
    }
  }
  return asked;
}
