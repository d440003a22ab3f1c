import {
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { ReservedNames } from '../../supergraph/reserved-names.ts';
import { type CostOptions, defaultCostOptions } from '../cost/cost-options.ts';
import { oneSlicingArgument } from '../cost/one-slicing-argument.ts';
import { StaticCost } from '../cost/static-cost.ts';
import { weightsOf } from '../cost/weights.ts';
import type { KnownDocument, Served } from '../handler.ts';
import { documentExcess } from '../limits/document-excess.ts';
import type { Limits } from '../limits/limits.ts';
import { profileOf } from '../limits/operation-profile.ts';

const maxDocuments = 2_000;
/** A syntax tree takes about this many times its text. */
const bytesPerCharacter = 40;
const maxBytes = 64 * 1024 * 1024;
/** Of one document, and a fifth that says that there are more: they would only help who probes the schema. */
const maxViolations = 4;

interface DocumentOptions {
  readonly limits: Limits;
  /** May clients ask for the schema? Default true. */
  readonly introspection?: boolean;
  /** Default: `defaultCostOptions`. */
  readonly cost?: CostOptions;
  /** May mistakes tell what could have been meant? That tells the schema to who may not know it. Default false. */
  readonly suggestions?: boolean;
}

/**
 * Documents by revision and text, each parsed and measured once and validated once. Bounded in number and bytes; what is not asked for
 * any more makes room, and all of a revision go with it. Holds nothing of a request but its document.
 */
export class KnownDocuments {
  readonly #options: Required<DocumentOptions>;
  readonly #revisions = new WeakMap<Served, LRUCache<string, KnownDocument>>();

  constructor({ limits, introspection = true, cost = defaultCostOptions, suggestions = false }: DocumentOptions) {
    this.#options = { limits, introspection, cost, suggestions };
  }

  /** Throws a GraphQLError with locations where the text cannot be parsed, or is not read to its end (`isTooLong`). */
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
    const { limits, cost, suggestions } = this.#options;
    const node = parse(text, limits.warn.includes('tokens') ? {} : { maxTokens: limits.tokens });
    const profile = profileOf(node, served.origins.namespaces);
    const costs = new StaticCost(node, served, cost.assumedListSize);
    const violations = new WeakMap<GraphQLSchema, readonly GraphQLError[]>();
    return {
      node,
      profile,
      excess: documentExcess(profile, node.tokenCount ?? 0, limits),
      violations: (schema = served.schema) => {
        const known = violations.get(schema);
        if (known) return known;
        const options = { maxErrors: maxViolations, hideSuggestions: !suggestions };
        const found = validate(schema, node, this.#rules(served), options);
        const told = suggestions ? found : found.map(withoutSuggestion);
        violations.set(schema, told);
        return told;
      },
      greatestCost: variables => costs.greatest(variables),
      cost: (operationName, variables) => costs.of(operationName, variables),
    };
  }

  #rules(served: Served) {
    const rules = [...specifiedRules, ReservedNames, oneSlicingArgument(() => weightsOf(served))];
    return this.#options.introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule];
  }
}

/** The one suggestion that graphql-js 16 makes even so: of a selection set, by `ScalarLeafsRule`. */
function withoutSuggestion(error: GraphQLError): GraphQLError {
  const message = error.message.replace(/ Did you mean "\w+ \{ \.\.\. \}"\?$/, '');
  return message === error.message ? error : new GraphQLError(message, { nodes: error.nodes ?? null });
}

/** Did the parser stop because the document has too many tokens? graphql-js 16 tells this by nothing but its message. */
export function isTooLong({ message }: GraphQLError): boolean {
  return /tokens\. Parsing aborted\.$/.test(message);
}
