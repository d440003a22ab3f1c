import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord } from '../../../base/json.ts';
import { didYouMean } from '../../../base/suggestion.ts';
import type { Source } from '../../../source/source.ts';
import type { CallCredential } from '../call/call.ts';
import { askedBy, credentialLine, isUnspoken, reachOf } from './credential-line.ts';
import type { OpenApiDocument } from './document.ts';
import type { OperationSite } from './operation.ts';
import { child, children, type Resolver } from './resolver.ts';
import { type SchemeKey, type SecurityScheme, SecuritySchemes } from './security-schemes.ts';

/** Where a key of the source's credentials stands: `header x-api-key`. Such a parameter is no argument. */
export type SecurityKeys = ReadonlySet<string>;

/** How an operation is signed in to. */
interface Signing {
  /** As `OpenApiCall` has it. */
  readonly credentials: readonly CallCredential[] | undefined;
  readonly keys: SecurityKeys;
}

/** A security requirement (OpenAPI 3.2, 4.30): all of its schemes. */
type Requirement = readonly Wanted[];

interface Wanted {
  /** As it is written. */
  readonly key: string;
  readonly scheme: SecurityScheme | undefined;
  readonly scopes: readonly string[];
}

/** What is asked for in vain. */
interface Missed {
  operations: number;
  readonly scopes: Set<string>;
}

/** What the document asks operations to be signed in to by, held against what the configuration has. */
export class Security {
  readonly #resolver: Resolver;
  readonly #source: Source;
  readonly #schemes: SecuritySchemes;
  /** By the list that they are written in: mostly the document's one for all. */
  readonly #read = new Map<unknown, readonly Requirement[]>();
  readonly #missed = new Map<SecurityScheme, Missed>();
  /** Schemes of requirements that the document does not define; a credential may be configured for them all the same. */
  readonly #undefined = new Set<string>();
  readonly #used = new Set<string>();

  constructor(document: OpenApiDocument, resolver: Resolver, source: Source) {
    this.#resolver = resolver;
    this.#source = source;
    this.#schemes = new SecuritySchemes(document, resolver);
  }

  /** Counts what is missing: `tell` says it. */
  of(site: OperationSite): Signing {
    const alternatives = this.#alternativesOf(site);
    const credentials = alternatives && this.#choose(alternatives);
    return { credentials, keys: this.#keysOf(alternatives, credentials) };
  }

  /** Once for each scheme: what nothing is configured for, and what is configured for nothing. */
  tell(): void {
    for (const [scheme, missed] of this.#missed) this.#resolver.report(this.#missing(scheme, missed));
    const { credentials } = this.#source.options;
    const known = [...this.#schemes.all.map(({ name }) => name), ...this.#undefined];
    for (const name of Object.keys(credentials)) {
      const at = [this.#source.name, 'credentials', name];
      if (!known.includes(name)) {
        const hint = known.length > 0 ? `It has ${known.join(', ')}.` : 'It defines none: give `credential:` instead.';
        const message = `The document has no security scheme "${name}".${didYouMean(name, known)}`;
        this.#resolver.report({ severity: 'error', code: 'CONFIG_UNKNOWN_KEY', message, at, hint });
      } else if (!this.#used.has(name)) {
        const message = `No operation is signed in to by "${name}": its credential is never sent.`;
        const hint = 'What is given as `credential:` goes wherever the document does not say that nothing is needed.';
        this.#resolver.report({ severity: 'warning', code: 'CREDENTIAL_WITHHELD', message, at, hint });
      }
    }
  }

  /** Of the operation, or else of the whole document. Undefined: neither says anything. */
  #alternativesOf({ operation }: OperationSite): readonly Requirement[] | undefined {
    const own = child(operation, 'security');
    const written = Array.isArray(own?.value) ? own : child(this.#resolver.root, 'security');
    if (!written || !Array.isArray(written.value)) return undefined;
    const known = this.#read.get(written.value);
    if (known) return known;
    const sound = children(written).filter(({ value }) => isRecord(value));
    if (sound.length === 0 && written.value.length > 0) return undefined;
    const alternatives = sound.map(requirement =>
      children(requirement).map(entry => ({
        key: entry.key,
        scheme: this.#schemes.of(entry),
        scopes: Array.isArray(entry.value) ? entry.value.filter(scope => typeof scope === 'string') : [],
      })),
    );
    this.#read.set(written.value, alternatives);
    return alternatives;
  }

  /** The first alternative that is configured in full. One that asks for nothing is the last resort. */
  #choose(alternatives: readonly Requirement[]): readonly CallCredential[] | undefined {
    const asking = alternatives.filter(requirement => requirement.length > 0);
    if (asking.length === 0) return [];
    for (const requirement of asking) {
      const bound = requirement.map(wanted => this.#bound(wanted));
      if (!requirement.every((wanted, index) => bound[index] || this.#isCovered(wanted))) continue;
      const credentials = bound.filter(credential => credential !== undefined);
      for (const { scheme } of credentials) this.#used.add(scheme);
      return credentials.length > 0 ? credentials : undefined;
    }
    if (this.#source.options.credential) return undefined;
    if (asking.length < alternatives.length) return [];
    this.#miss(asking);
    return undefined;
  }

  /** The credential that the configuration has for a scheme. */
  #bound({ key, scheme }: Wanted): CallCredential | undefined {
    const name = scheme?.name ?? key;
    if (!scheme) this.#undefined.add(name);
    const { credentials } = this.#source.options;
    const credential = Object.hasOwn(credentials, name) ? credentials[name] : undefined;
    if (!credential) return undefined;
    const refuse = (message: string, hint: string) => {
      const at = [this.#source.name, 'credentials', name];
      this.#resolver.report({ severity: 'error', code: 'CONFIG_INVALID_VALUE', message, at, hint });
      this.#used.add(name); // one complaint is enough
      return undefined;
    };
    if (scheme?.type === 'mutualTLS')
      return refuse(`"${name}" asks for a client certificate.`, 'Give it in `tls: { cert, key }`.');
    if (scheme && isUnspoken(scheme))
      return refuse(`"${name}" asks for ${askedBy(scheme)} authentication, which is not supported.`, 'Remove it.');
    if (!('apiKey' in credential)) return { scheme: name };
    const place = credential.apiKey.in ?? scheme?.key?.in;
    const parameter = credential.apiKey.name ?? scheme?.key?.name;
    if (place !== undefined && parameter !== undefined) return { scheme: name, key: { in: place, name: parameter } };
    return refuse(`"${name}" does not say where an API key goes.`, 'Write apiKey: { in, name, value }.');
  }

  /** Does what goes with every call do: a static or forwarded header, or the client's certificate of the connection? */
  #isCovered({ scheme }: Wanted): boolean {
    const { headers, forward, tls } = this.#source.options;
    if (!scheme) return false;
    if (scheme.type === 'mutualTLS') return typeof tls === 'object' && tls.cert !== undefined && tls.key !== undefined;
    const header = headerOf(scheme);
    if (header === undefined) return false;
    return forward.includes(header) || Object.keys(headers).some(name => name.toLowerCase() === header);
  }

  /** Of several alternatives the one that the gateway gets furthest with. */
  #miss(asking: readonly Requirement[]): void {
    const reach = (requirement: Requirement) =>
      Math.max(...requirement.map(({ scheme }) => (scheme ? reachOf(scheme) : 2)));
    const [nearest = []] = [...asking].sort((a, b) => reach(a) - reach(b));
    for (const wanted of nearest) {
      const { scheme, scopes } = wanted;
      if (!scheme || this.#isCovered(wanted) || this.#bound(wanted)) continue;
      const missed = this.#missed.get(scheme) ?? { operations: 0, scopes: new Set() };
      this.#missed.set(scheme, missed);
      missed.operations += 1;
      for (const scope of scopes) missed.scopes.add(scope);
    }
  }

  #missing(scheme: SecurityScheme, { operations, scopes }: Missed): Diagnostic {
    const who = operations === 1 ? 'An operation asks' : `${operations} operations ask`;
    const what = `"${scheme.name}" (${askedBy(scheme)})`;
    const sent = operations === 1 ? 'it is called without' : 'they are called without';
    const { at } = scheme;
    if (reachOf(scheme) === 2) {
      const message = `${who} for ${what}, which is not supported: ${sent}.`;
      return { severity: 'warning', code: 'CONSTRUCT_NOT_SUPPORTED', message, at };
    }
    const message = `${who} for ${what}, for which nothing is configured: ${sent}.`;
    const hint = credentialLine(scheme, [...scopes].sort());
    return { severity: 'warning', code: 'CREDENTIAL_MISSING', message, at, hint };
  }

  /** Keys of what may sign the operation in; where the document does not say what does, all of them. */
  #keysOf(
    alternatives: readonly Requirement[] | undefined,
    credentials: readonly CallCredential[] | undefined,
  ): SecurityKeys {
    const schemes = alternatives ? alternatives.flat().map(({ scheme }) => scheme) : this.#schemes.all;
    const { credential } = this.#source.options;
    const apiKey = !credentials && credential && 'apiKey' in credential ? [credential.apiKey] : [];
    const keys = [...schemes.map(scheme => scheme?.key), ...(credentials ?? []).map(({ key }) => key), ...apiKey];
    return new Set(keys.flatMap(key => (key ? [keyText(key)] : [])));
  }
}

function keyText({ in: place, name }: SchemeKey): string {
  return `${place} ${place === 'header' ? name.toLowerCase() : name}`;
}

/** The header that a scheme is presented in. */
function headerOf({ type, key }: SecurityScheme): string | undefined {
  if (type === 'http' || type === 'oauth2' || type === 'openIdConnect') return 'authorization';
  if (key?.in === 'cookie') return 'cookie';
  return key?.in === 'header' ? key.name.toLowerCase() : undefined;
}
