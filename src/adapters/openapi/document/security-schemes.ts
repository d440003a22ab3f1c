import { isRecord, own } from '../../../base/json.ts';
import type { Located, OpenApiDocument } from './document.ts';
import { text } from './operation-parts.ts';
import { child, children, type Resolver } from './resolver.ts';

/** What a security scheme asks for, in the terms of OpenAPI 3.2, 4.27, whichever version it is written in. */
export interface SecurityScheme {
  /** How the configuration calls it. */
  readonly name: string;
  readonly at: readonly [address: string, pointer: string];
  readonly type: 'apiKey' | 'http' | 'oauth2' | 'openIdConnect' | 'mutualTLS' | 'unknown';
  /** Where an API key goes. */
  readonly key?: SchemeKey;
  /** Why nobody knows where an API key goes: what the document has of it, or has not. */
  readonly flaw?: string;
  /** Of HTTP's authentication, in small letters. */
  readonly authentication?: string;
  /** OAuth 2's flows, by their names in OpenAPI 3. */
  readonly flows?: readonly string[];
  /** Where OAuth 2's client credentials are exchanged for a token, as it is written. */
  readonly tokenUrl?: string;
  readonly openIdConnectUrl?: string;
}

export interface SchemeKey {
  readonly in: 'header' | 'query' | 'cookie';
  readonly name: string;
}

/** The security schemes that a document has or refers to. */
export class SecuritySchemes {
  readonly #resolver: Resolver;
  readonly #components: ReadonlyMap<string, SecurityScheme>;
  /** By what they are, of those that are referred to by URI. */
  readonly #referred = new Map<unknown, SecurityScheme>();
  /** Those that are missing, each told where it is first asked for. */
  readonly #missing = new Set<string>();

  constructor(document: OpenApiDocument, resolver: Resolver) {
    const { root } = resolver;
    const schemes =
      document.version === '2.0'
        ? child(root, 'securityDefinitions')
        : child(child(root, 'components') ?? root, 'securitySchemes');
    this.#resolver = resolver;
    this.#components = new Map(
      children(schemes).flatMap(entry => {
        const scheme = resolver.deref(entry);
        return scheme ? [[entry.key, readScheme(entry.key, scheme)] as const] : [];
      }),
    );
  }

  /** All that have a name, and those that were referred to. */
  get all(): readonly SecurityScheme[] {
    return [...this.#components.values(), ...this.#referred.values()];
  }

  /** What a security requirement names: a component, or (OpenAPI 3.2, 4.30) a scheme by its URI. Undefined, and reported, where it is neither. */
  of(requirement: Located & { readonly key: string }): SecurityScheme | undefined {
    const { key } = requirement;
    const component = this.#components.get(key);
    if (component) return component;
    const target = isReference(key) ? this.#resolver.follow(key, requirement) : undefined;
    if (target) return this.#refer(key, this.#resolver.deref(target) ?? target);
    if (!isReference(key) && !this.#missing.has(key)) {
      this.#missing.add(key);
      this.#resolver.report({
        severity: 'warning',
        code: 'DOCUMENT_INVALID',
        message: `The document asks for the security scheme "${key}", which it does not define.`,
        at: [requirement.address, requirement.pointer],
        hint: `Define it in the document, or sign for it with \`credentials: { ${key}: … }\` of the source.`,
      });
    }
    return undefined;
  }

  #refer(reference: string, target: Located): SecurityScheme {
    const known = this.all.find(
      ({ at: [address, pointer] }) => address === target.address && pointer === target.pointer,
    );
    if (known) return known;
    const last = reference.split(/[/#]/).at(-1) ?? reference;
    const isTaken = this.all.some(({ name }) => name === last);
    const scheme = readScheme(last === '' || isTaken ? reference : last, target);
    this.#referred.set(target.value, scheme);
    return scheme;
  }
}

/** A URI, and not the name of a component, which has none of these characters (OpenAPI 3.2, 4.7.1). */
export function isReference(key: string): boolean {
  return /^(\.{0,2}\/|https?:)|#/i.test(key);
}

function readScheme(name: string, { value, address, pointer }: Located): SecurityScheme {
  const scheme = { name, at: [address, pointer] as const };
  switch (text(value, 'type')) {
    case 'apiKey': {
      const key = { in: text(value, 'in'), name: text(value, 'name') };
      return { ...scheme, type: 'apiKey', ...(isKey(key) ? { key } : { flaw: flawOf(key) }) };
    }
    case 'basic': // Swagger 2.0
      return { ...scheme, type: 'http', authentication: 'basic' };
    case 'http':
      return { ...scheme, type: 'http', authentication: (text(value, 'scheme') ?? '').toLowerCase() };
    case 'oauth2':
      return { ...scheme, type: 'oauth2', ...flowsOf(value) };
    case 'openIdConnect':
      return { ...scheme, type: 'openIdConnect', ...told('openIdConnectUrl', text(value, 'openIdConnectUrl')) };
    case 'mutualTLS':
      return { ...scheme, type: 'mutualTLS' };
    default:
      return { ...scheme, type: 'unknown' };
  }
}

type WrittenKey = { readonly [P in keyof SchemeKey]: string | undefined };

function isKey(key: WrittenKey): key is SchemeKey {
  return key.name !== undefined && isPlace(key.in);
}

function isPlace(place: string | undefined): boolean {
  return place === 'header' || place === 'query' || place === 'cookie';
}

function flawOf({ in: place }: WrittenKey): string {
  if (place === undefined) return 'has no `in`';
  if (!isPlace(place))
    return `has the \`in\` ${JSON.stringify(place.slice(0, 40))}, which is none of header, query and cookie`;
  return 'has no `name`';
}

/** Swagger 2.0 has one flow, whose names are its own. */
function flowsOf(value: unknown): Pick<SecurityScheme, 'flows' | 'tokenUrl'> {
  const flow = text(value, 'flow');
  if (flow === 'application') return { flows: ['clientCredentials'], ...told('tokenUrl', text(value, 'tokenUrl')) };
  if (flow !== undefined) return { flows: [flow === 'accessCode' ? 'authorizationCode' : flow] };
  const flows = isRecord(value) ? own(value, 'flows') : undefined;
  const names = isRecord(flows) ? Object.keys(flows).filter(name => !name.startsWith('x-')) : [];
  const client = isRecord(flows) ? own(flows, 'clientCredentials') : undefined;
  return { flows: names, ...told('tokenUrl', text(client, 'tokenUrl')) };
}

function told<K extends string>(key: K, value: string | undefined): { readonly [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: string }); // a computed key widens to string
}
