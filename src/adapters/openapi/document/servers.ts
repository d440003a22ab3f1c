import type { Diagnostic } from '../../../base/diagnostic.ts';
import { own } from '../../../base/json.ts';
import { didYouMean } from '../../../base/suggestion.ts';
import type { Source } from '../../../source/source.ts';
import type { Located, OpenApiDocument } from './document.ts';
import type { OperationSite } from './operation.ts';
import { text } from './operation-parts.ts';
import { child, children, type Resolver } from './resolver.ts';
import { absoluteServer, leftOutOf, serverOf2 } from './server.ts';

/** Where an operation is asked. */
interface Where {
  /** Absolute; undefined where the document does not say. */
  readonly server: string | undefined;
  /** Is it another origin than the source's own, and none that the configuration trusts? */
  readonly isForeign: boolean;
}

/** The servers of a document (OpenAPI 3.2, 4.5): those of the operation go before those of the path, and these before the document's. */
export class Servers {
  readonly #document: OpenApiDocument;
  readonly #resolver: Resolver;
  readonly #source: Source;
  readonly #sites: readonly OperationSite[];
  /** By what holds the list. */
  readonly #chosen = new Map<unknown, string | undefined>();
  readonly #variables = new Set<string>();
  readonly #names = new Set<string>();
  readonly #unfilled = new Set<string>();
  #own: string | undefined;

  /** `sites`: the operations that are asked. */
  constructor(document: OpenApiDocument, resolver: Resolver, source: Source, sites: readonly OperationSite[]) {
    this.#document = document;
    this.#resolver = resolver;
    this.#source = source;
    this.#sites = sites;
  }

  of(site: OperationSite): Where {
    const server = this.#serverOf(site);
    if (server === undefined || this.#source.endpoint !== undefined) return { server, isForeign: false };
    const { origin } = new URL(server);
    this.#own ??= this.#ownOrigin();
    return { server, isForeign: origin !== this.#own && !this.#source.options.trustedOrigins.includes(origin) };
  }

  /** What of the configuration chooses nothing, and where nobody says where the backend runs. */
  tell(): void {
    const { endpoint, name, options } = this.#source;
    for (const written of Object.keys(options.serverVariables)) {
      if (this.#variables.has(written)) continue;
      const message = `No server of the document has the variable "${written}".${didYouMean(written, this.#variables)}`;
      const at = [name, 'serverVariables', written];
      this.#resolver.report({ severity: 'error', code: 'CONFIG_UNKNOWN_KEY', message, at });
    }
    const { server } = options;
    if (server !== undefined && !this.#names.has(String(server))) {
      const message = `The document has no server "${server}".${didYouMean(String(server), this.#names)}`;
      const hint = 'Write its `name` (OpenAPI 3.2), or its place in the list, from 0.';
      const at = [name, 'server'];
      this.#resolver.report({ severity: 'error', code: 'CONFIG_INVALID_VALUE', message, at, hint });
    }
    if (endpoint !== undefined || this.#sites.every(site => this.#serverOf(site) !== undefined)) return;
    const variables = [...this.#unfilled].map(variable => `${variable}: …`).join(', ');
    this.#resolver.report({
      severity: 'warning',
      code: 'CONFIG_MISSING_KEY',
      message: 'The document does not say where the backend runs.',
      at: [this.#document.address, '/servers'],
      hint: `Give the source an \`endpoint:\`${variables === '' ? '' : `, or \`serverVariables: { ${variables} }\``}.`,
    });
  }

  /** Of the document's own server; where it has none, of the one that all operations share. Undefined: they have several. */
  #ownOrigin(): string | undefined {
    const { root } = this.#resolver;
    const whole =
      this.#document.version === '2.0'
        ? absoluteServer(serverOf2(root, root), this.#document.address)
        : this.#absolute(root);
    if (whole !== undefined) return new URL(whole).origin;
    const origins = new Set(
      this.#sites.flatMap(site => this.#serverOf(site) ?? []).map(server => new URL(server).origin),
    );
    return origins.size === 1 ? [...origins][0] : undefined;
  }

  #serverOf({ operation, pathItems }: OperationSite): string | undefined {
    const { root } = this.#resolver;
    if (this.#document.version === '2.0') {
      const written = serverOf2(operation, root);
      if (written !== undefined)
        this.#tellLeftOut(written, [root.address, child(root, 'host') ? '/host' : '/basePath']);
      return absoluteServer(written, this.#document.address);
    }
    for (const owner of [operation, ...pathItems, root]) {
      const server = this.#absolute(owner);
      if (server !== undefined) return server;
    }
    return children(child(root, 'servers')).length > 0 ? undefined : absoluteServer(undefined, this.#document.address);
  }

  #absolute(owner: Located): string | undefined {
    if (this.#chosen.has(owner.value)) return this.#chosen.get(owner.value);
    const servers = children(child(owner, 'servers'));
    const chosen = this.#choose(servers, owner.value === this.#resolver.root.value);
    this.#chosen.set(owner.value, chosen);
    return chosen;
  }

  /** The one that the configuration names; otherwise the first that is spoken to by HTTP, as far as the document says where it is. */
  #choose(servers: readonly Located[], isWhole: boolean): string | undefined {
    const { server } = this.#source.options;
    for (const [place, { value }] of servers.entries()) {
      const name = text(value, 'name');
      if (name !== undefined) this.#names.add(name);
      if (isWhole) this.#names.add(String(place));
    }
    const named =
      servers.find(({ value }) => server !== undefined && text(value, 'name') === String(server)) ??
      (isWhole && /^\d+$/.test(String(server)) ? servers[Number(server)] : undefined);
    for (const each of named ? [named] : servers) {
      const address = this.#addressOf(each, isWhole);
      if (address !== undefined) return address;
    }
    return undefined;
  }

  /** Relative ones are relative to where the file that they stand in comes from (OpenAPI 3.2, 4.5.1); if nobody knows that, to the document's own. */
  #addressOf(server: Located, isWhole: boolean): string | undefined {
    const variables = child(server, 'variables');
    let isFilled = true;
    const written = text(server.value, 'url')?.replace(/\{([^{}]*)\}/g, (whole, name: string) => {
      const value = this.#valueOf(name, variables && child(variables, name));
      if (value !== undefined) return value;
      this.#unfilled.add(name);
      isFilled = false;
      return whole;
    });
    if (written === undefined || !isFilled) return undefined;
    const url = written === '' ? '/' : written; // as generators mean it: not the document's own address (RFC 3986, 5.2.2)
    this.#tellLeftOut(url, [server.address, `${server.pointer}/url`]);
    const absolute = absoluteServer(url, server.address);
    const ofDocument = absolute === undefined && !isWhole ? this.#absolute(this.#resolver.root) : undefined;
    const supposed = ofDocument === undefined ? undefined : absoluteServer(url, ofDocument);
    if (supposed !== undefined && this.#source.endpoint === undefined)
      this.#resolver.report(placeless(server, supposed));
    return absolute ?? supposed;
  }

  #valueOf(name: string, variable: Located | undefined): string | undefined {
    const { serverVariables } = this.#source.options;
    this.#variables.add(name);
    const configured = own(serverVariables, name);
    const allowed = children(variable && child(variable, 'enum')).map(({ value }) => String(value));
    if (typeof configured !== 'string') return this.#defaultOf(name, variable, allowed);
    if (allowed.length > 0 && !allowed.includes(configured))
      this.#resolver.report({
        severity: 'error',
        code: 'CONFIG_INVALID_VALUE',
        message: `The variable "${name}" of a server cannot be "${configured}".${didYouMean(configured, allowed)}`,
        at: [this.#source.name, 'serverVariables', name],
        hint: `The document has ${allowed.join(', ')}.`,
      });
    return configured;
  }

  #defaultOf(name: string, variable: Located | undefined, allowed: readonly string[]): string | undefined {
    const value = text(variable?.value, 'default');
    if (!variable || value === undefined || allowed.length === 0 || allowed.includes(value)) return value;
    if (this.#source.endpoint === undefined)
      this.#resolver.report({
        severity: 'warning',
        code: 'DOCUMENT_INVALID',
        message: `The default ${JSON.stringify(value.slice(0, 100))} of the server's variable "${name}" is none of the values that its enum allows. It is taken all the same.`,
        at: [variable.address, `${variable.pointer}/default`],
        hint: `serverVariables: { ${name}: ${allowed[0]} } chooses one of ${allowed.slice(0, 10).join(', ')}.`,
      });
    return value;
  }

  /** The URL is not repeated: a password may be in it. */
  #tellLeftOut(server: string, at: Diagnostic['at']): void {
    const parts = leftOutOf(server);
    if (parts.length === 0 || this.#source.endpoint !== undefined) return;
    this.#resolver.report({
      severity: 'warning',
      code: 'DOCUMENT_INVALID',
      message: `The server's URL has ${parts.join(' and ')}, which is not sent.`,
      at,
      hint: 'Give the source what it is signed in with (`credential:`, `credentials:`) or called at (`endpoint:`).',
    });
  }
}

function placeless({ address, pointer }: Located, supposed: string): Diagnostic {
  return {
    severity: 'note',
    code: 'DOCUMENT_INVALID',
    message: `The server is relative to where the document comes from, which a file does not tell; it is taken as ${supposed}.`,
    at: [address, `${pointer}/url`],
    hint: 'Write all of its address, or give the source an `endpoint:`.',
  };
}
