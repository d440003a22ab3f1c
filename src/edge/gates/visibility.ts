import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind, visit } from 'graphql';
import { Decider, type DeciderTools } from '../authorization/decider.ts';
import type { Decisions } from '../authorization/decisions.ts';
import type { AuthorizationOptions } from '../authorization/options.ts';
import { visibleSchema } from '../authorization/visible-schema.ts';
import { asksSchemaOnly } from '../documents/asks-schema-only.ts';
import type { Gate, Handled, KnownDocument, KnownRequest, Served } from '../handler.ts';
import { withAccess } from '../request/derived-request.ts';

/** What a caller is told of the schema: by introspection, and by what validation says. */
export function visibility(options: AuthorizationOptions, tools: DeciderTools): Gate<KnownRequest> {
  return options.introspection === 'all' ? next => next : toEachHisOwn(new Decider(options, tools));
}

/** For a caller there is no more than what he may use: what he may not is an unknown field, and introspection does not tell of it. */
function toEachHisOwn(decider: Decider): Gate<KnownRequest> {
  const schemas = new Schemas();
  const documents = new Documents();
  return next => request => {
    const { access } = request.served;
    if (access.fields.size === 0) return next(request);
    const rules = schemas.rulesOf(request.served);
    const proceed = (decisions: Decisions): Handled => {
      const visible = schemas.of(request.served, decisions);
      return next(withAccess(request, { decisions, visible }, documents.of(request.document, visible)));
    };
    const decided = decider.decide(request, () => rules);
    return decided instanceof Promise ? decided.then(proceed) : proceed(decided);
  };
}

/** Of what has no root type, validation says nothing. */
function rootless({ definitions }: DocumentNode, schema: GraphQLSchema): readonly GraphQLError[] {
  return definitions.flatMap(node => {
    if (node.kind !== Kind.OPERATION_DEFINITION || schema.getRootType(node.operation)) return [];
    return new GraphQLError(`The schema has no ${node.operation} type.`, { nodes: node });
  });
}

/** An answer about the schema and one from it are made of two schemas. */
function mixed(node: DocumentNode): readonly GraphQLError[] {
  const found: GraphQLError[] = [];
  const isAlone = node.definitions.every(
    each => each.kind !== Kind.OPERATION_DEFINITION || asksSchemaOnly(node, each.name?.value),
  );
  if (isAlone) return found;
  visit(node, {
    Field(field) {
      if (field.name.value !== '__schema' && field.name.value !== '__type') return;
      found.push(
        new GraphQLError('Introspection is asked by itself here: put it into a document of its own.', { nodes: field }),
      );
    },
  });
  return found.slice(0, 1);
}

/** Documents as they are valid, or not, in the schema of a caller. */
class Documents {
  readonly #known = new WeakMap<GraphQLSchema, WeakMap<KnownDocument, KnownDocument>>();

  of(document: KnownDocument, schema: GraphQLSchema): KnownDocument {
    const known = this.#known.get(schema) ?? new WeakMap<KnownDocument, KnownDocument>();
    this.#known.set(schema, known);
    const before = known.get(document);
    if (before) return before;
    let violations: readonly GraphQLError[] | undefined;
    const judged: KnownDocument = {
      ...document,
      violations: () => {
        violations ??= judge(document, schema);
        return violations;
      },
    };
    known.set(document, judged);
    return judged;
  }
}

function judge(document: KnownDocument, schema: GraphQLSchema): readonly GraphQLError[] {
  const violations = [...document.violations(schema), ...rootless(document.node, schema), ...mixed(document.node)];
  // An empty query has a placeholder that is no field of the revision's own.
  return violations.length > 0 ? violations : document.violations();
}

type Rules = ReadonlySet<NonNullable<ReturnType<Served['access']['fields']['get']>>>;

/** Schemas of callers by what they may, of one revision. What was made first goes first. */
const maxSchemas = 64;

class Schemas {
  readonly #rules = new WeakMap<Served, Rules>();
  readonly #schemas = new WeakMap<Served, Map<string, GraphQLSchema>>();

  rulesOf(served: Served): Rules {
    const known = this.#rules.get(served) ?? new Set(served.access.fields.values());
    this.#rules.set(served, known);
    return known;
  }

  of(served: Served, decisions: Decisions): GraphQLSchema {
    const may = [...this.rulesOf(served)].filter(rule => decisions.mayWithSome(rule));
    const allowed = new Set(may);
    const key = [...this.rulesOf(served)].map(rule => (allowed.has(rule) ? '1' : '0')).join('');
    const schemas = this.#schemas.get(served) ?? new Map<string, GraphQLSchema>();
    this.#schemas.set(served, schemas);
    const known = schemas.get(key);
    if (known) return known;
    const visible = visibleSchema(served.schema, served.access, rule => allowed.has(rule));
    const [oldest] = schemas.keys();
    if (oldest !== undefined && schemas.size >= maxSchemas) schemas.delete(oldest);
    schemas.set(key, visible);
    return visible;
  }
}
