import { createHash } from 'node:crypto';
import type { OperationRequest } from '../handler.ts';

/** A document that is registered with the gateway. */
export interface TrustedDocument {
  /** The one client that may ask for it; null: all may. */
  readonly client: string | null;
  readonly id: string;
  readonly text: string;
}

/** Which documents clients may send, and by which ids. */
export interface TrustedDocumentsOptions {
  /** `off`: there are no ids. `allow`: registered documents have ids, others are sent in full. `only`: no others are executed. Default `off`. */
  readonly mode: 'off' | 'allow' | 'only';
  /**
   * What tells the client whose documents are meant: the principal's subject, or a header's value (which a client only says). Default the
   * header `graphql-client-name`.
   */
  readonly client: { readonly by: 'subject' } | { readonly by: 'header'; readonly name: string };
  readonly documents: readonly TrustedDocument[];
}

export const defaultTrustedDocuments: TrustedDocumentsOptions = {
  mode: 'off',
  client: { by: 'header', name: 'graphql-client-name' },
  documents: [],
};

/** The documents of one client, and of all. */
class Shelf {
  readonly #byId = new Map<string, string>();
  readonly #byHash = new Map<string, string>();

  add({ id, text }: TrustedDocument): void {
    this.#byId.set(id, text);
    this.#byHash.set(sha256(text), text);
  }

  text(id: string): string | undefined {
    return this.#byId.get(id) ?? this.#byHash.get(hashIn(id) ?? '');
  }

  has(text: string): boolean {
    return this.#byHash.get(sha256(text)) === text;
  }
}

/** Registered documents by client: an id means nothing outside of its client's own. */
export class TrustedDocuments {
  readonly #options: TrustedDocumentsOptions;
  readonly #shared = new Shelf();
  readonly #own = new Map<string, Shelf>();

  constructor(options: TrustedDocumentsOptions) {
    this.#options = options;
    for (const document of options.documents) this.#shelf(document.client).add(document);
  }

  text(id: string, request: OperationRequest): string | undefined {
    return this.#ownOf(request)?.text(id) ?? this.#shared.text(id);
  }

  has(text: string, request: OperationRequest): boolean {
    return this.#shared.has(text) || this.#ownOf(request)?.has(text) === true;
  }

  #shelf(client: string | null): Shelf {
    if (client === null) return this.#shared;
    const shelf = this.#own.get(client) ?? new Shelf();
    this.#own.set(client, shelf);
    return shelf;
  }

  #ownOf(request: OperationRequest): Shelf | undefined {
    if (this.#own.size === 0) return undefined;
    const { client } = this.#options;
    const name = client.by === 'subject' ? request.principal?.subject : request.headers[client.name];
    return name == null ? undefined : this.#own.get(name);
  }
}

/** The hash that an id is; undefined where it is something else (GraphQL over HTTP, appendix on persisted documents: `sha256:` and hex). */
export function hashIn(id: string): string | undefined {
  return /^(?:sha256:)?([0-9a-f]{64})$/i.exec(id)?.[1]?.toLowerCase();
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
