import { isAnonymous, type Principal } from '../../../../src/base/principal.ts';
import { linkType, rootName } from '../../../supergraph/differential/overlay.ts';
import {
  callOfLink,
  type Entity,
  entitiesOf,
  type LinkPlan,
  type World,
} from '../../../supergraph/differential/world.ts';
import type { Policies, Said } from './policies.ts';

type Args = Readonly<Record<string, unknown>> | 'any';

/**
 * Says who may use what by reading the world and its policies anew for each question, slowly, in the overlay's names. Shares nothing with what
 * is tested.
 */
export class Judge {
  readonly #world: World;
  readonly #policies: Policies;
  readonly #caller: Principal;

  constructor(world: World, policies: Policies, caller: Principal) {
    this.#world = world;
    this.#policies = policies;
    this.#caller = caller;
  }

  /** `resultType`: as the overlay writes it. */
  mayField(typeName: string, field: string, resultType: string, args: Args = {}): boolean {
    const promising = this.#interfaces(typeName).filter(each => each.replace('PNode', 'nm') === field);
    const elements = [typeName, ...promising].flatMap(name => [name, `${name}.${field}`]);
    const said = elements.flatMap(element => this.#policies.said.get(element) ?? []);
    if (said.length === 0 && this.#policies.fallback === 'deny') return false;
    const named = resultType.replace(/[[\]!]/g, '');
    const ofResult = this.#policies.said.get(named) ?? [];
    return [...said, ...ofResult].every(one => this.#satisfies(one, args));
  }

  /** Does what is said under a condition hold? */
  holds(policy: string | undefined, args: Args): boolean {
    return policy === undefined || this.#policy(policy, args);
  }

  mayRoot(source: number, call: string, args: Args = {}): boolean {
    return this.mayField('Query', rootName(this.#world, source, call), this.#rootType(call), args);
  }

  mayEntityField(entity: Entity, name: string): boolean {
    return this.mayField(entity.name, name, entity.fields.find(field => field.name === name)!.type);
  }

  mayInner(source: number, name: string): boolean {
    return this.mayField(`PInner${source}`, name, name === 'b' ? 'Int!' : 'String');
  }

  mayWrapped(tag: string, typeName: string): boolean {
    return this.mayField(`PWrap${tag}`, 'items', `[${typeName}]`);
  }

  /** To the part that a source has of an object that came from another. */
  mayRoute(entity: Entity, source: number): boolean {
    return this.mayRoot(source, `many${entity.index}s${source}`) && this.mayEntityField(entity, 'id');
  }

  mayLink(link: LinkPlan, args: Args = {}): boolean {
    const { on, target, source, how, key } = link;
    const tag = `${target.index}s${source}`;
    if (!this.mayField(on?.name ?? 'Query', link.name, linkType(link), args)) return false;
    const call = callOfLink[how];
    if (!this.mayRoot(source, call + tag)) return false;
    if (how === 'wrap' && !this.mayWrapped(tag, target.name)) return false;
    const match = how === 'owned' ? `owner${source}` : call === 'one' ? undefined : 'id';
    if (match !== undefined && !this.mayEntityField(target, match)) return false;
    if (!on) return true;
    const [first = '', inner] = key;
    if (!this.mayEntityField(on, first)) return false;
    return inner === undefined || this.mayInner(Number(first.slice(-1)), inner);
  }

  #interfaces(typeName: string): string[] {
    return this.#world.sources.flatMap((_, source) =>
      entitiesOf(this.#world, source).some(({ name }) => name === typeName) &&
      this.#world.entities.find(({ name }) => name === typeName)!.sources.includes(source)
        ? [`PNode${source}`]
        : [],
    );
  }

  /** Named types alone matter here. */
  #rootType(call: string): string {
    const [, word = '', index = ''] = /^([a-z]+)(\d+)/.exec(call) ?? [];
    if (word === 'idle') return 'Int';
    if (word === 'nodes') return `PNode${index}`;
    if (word === 'any') return `PAny${index}`;
    return word === 'wrap' ? call.replace('wrap', 'PWrap') : `PQ${index}`;
  }

  #satisfies(said: Said, args: Args): boolean {
    switch (said.kind) {
      case 'public':
        return true;
      case 'authenticated':
        return !isAnonymous(this.#caller);
      case 'scopes':
        return said.anyOf.some(names => names.every(name => this.#caller.scopes.has(name)));
      case 'policies':
        return said.anyOf.some(names => names.every(name => this.#policy(name, args)));
    }
  }

  #policy(name: string, args: Args): boolean {
    const { claims, scopes, subject } = this.#caller;
    const tier = claims['tier'];
    if (name === 'gold') return tier === 'gold';
    if (name === 'staff') return scopes.has('c') || tier === 'gold' || tier === 'silver';
    if (name === 'plain') return tier === undefined;
    return args === 'any' || (subject !== null && args['id'] === subject);
  }
}
