import { GraphQLError, parse, specifiedRules, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../base/error.ts';
import { ReservedNames } from '../supergraph/reserved-names.ts';
import type { KnownDocument, Served } from './handler.ts';
import { profileOf } from './operation-profile.ts';

const rules = [...specifiedRules, ReservedNames];
const maxDocuments = 2_000;
/** A syntax tree takes about this many times its text. */
const bytesPerCharacter = 40;
const maxBytes = 64 * 1024 * 1024;
/** Of one document: more would only help who probes the schema. */
const maxViolations = 5;

/**
 * Documents by revision and text, each parsed and measured once and validated once. Bounded in number and bytes; what is not asked for
 * any more makes room, and all of a revision go with it. Holds nothing of a request but its document.
 */
export class KnownDocuments {
  readonly #maxTokens: number;
  readonly #revisions = new WeakMap<Served, LRUCache<string, KnownDocument>>();

  constructor(maxTokens: number) {
    this.#maxTokens = maxTokens;
  }

  /** Throws GRAPHQL_PARSE_FAILED, as a GraphQLError with locations, or DOCUMENT_TOO_LARGE. */
  get(text: string, served: Served): KnownDocument {
    const documents = this.#documentsOf(served);
    const known = documents.get(text);
    if (known) return known;
    const learnt = this.#learn(text, served);
    documents.set(text, learnt, { size: 1 + text.length * bytesPerCharacter });
    return learnt;
  }

  #documentsOf(served: Served): LRUCache<string, KnownDocument> {
    const known = this.#revisions.get(served);
    if (known) return known;
    const documents = new LRUCache<string, KnownDocument>({ max: maxDocuments, maxSize: maxBytes });
    this.#revisions.set(served, documents);
    return documents;
  }

  #learn(text: string, served: Served): KnownDocument {
    const node = this.#parse(text);
    let violations: readonly GraphQLError[] | undefined;
    return {
      node,
      profile: profileOf(node),
      violations: () => {
        violations ??= validate(served.schema, node, rules, { maxErrors: maxViolations });
        return violations;
      },
    };
  }

  #parse(text: string) {
    try {
      return parse(text, { maxTokens: this.#maxTokens });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      // graphql-js 16 tells this case apart by nothing but its message
      if (/tokens\. Parsing aborted\.$/.test(error.message)) {
        throw new GatewayError('DOCUMENT_TOO_LARGE', `The document has more than ${this.#maxTokens} tokens.`);
      }
      throw error;
    }
  }
}
