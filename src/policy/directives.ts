import { buildSchema, type GraphQLDirective, isSpecifiedDirective } from 'graphql';

/**
 * Every directive an overlay can carry, with its arguments. What is not among `implementedDirectives` is refused, never
 * ignored.
 */
const directivesSdl = /* GraphQL */ `
"Duration: 500ms, 30s, 5m, 1h"
scalar Duration
"A literal whose strings may be $parent.x, $args.x, $claims.x, $header.x (whole strings only; never spliced)"
scalar Template

# ---- links and composition -------------------------------------------------------------------------------------------
"""
Fills a field from another source's operation; \`call\` is <source>.<field>. Where a \`$parent\` value is null, nothing is asked:
the field is null, or NOT_FOUND with \`missing: ERROR\`.
"""
directive @resolve(call: String!, args: Template, batch: Batch, select: String, missing: Missing = NULL) on FIELD_DEFINITION
"""
One call for all parents. \`key\`: what tells whose an answer is, \`"$parent.id"\` or, of several parts, \`{ sku: "$parent.sku", at: "$args.at" }\`;
\`into\`: the argument that takes the list of keys; \`match\`: where an item of the answer has the key.
"""
input Batch { key: Template! into: String! match: Match max: Int = 100 }
"""
A field of an item (\`id\`, \`key.id\`); of a key of several parts the object that holds them (\`key\`), or each of them:
\`{ sku: "sku", at: "place.code" }\`
"""
scalar Match
enum Missing { NULL ERROR }
"Joins one entity from several sources (type merging)."
directive @entity(key: String!, call: String!, into: String!, match: String, select: String) repeatable on OBJECT
directive @operation(kind: OperationKind!) on FIELD_DEFINITION
enum OperationKind { QUERY MUTATION SUBSCRIPTION }
directive @rename(to: String!) on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR | FIELD_DEFINITION | ENUM_VALUE | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
"Left out of the client-facing schema; links may still use it."
directive @inaccessible on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR | FIELD_DEFINITION | ENUM_VALUE | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION
"Marks parts for views (contracts): a view shows or hides tags."
directive @tag(name: String!) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR | FIELD_DEFINITION | ENUM_VALUE | INPUT_FIELD_DEFINITION | ARGUMENT_DEFINITION

# ---- who may ---------------------------------------------------------------------------------------------------------
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | ENUM | SCALAR
"(a AND b) OR c is [[\\"a\\", \\"b\\"], [\\"c\\"]]"
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | ENUM | SCALAR
"Named policies of selvage.yaml or of the decision point; same AND/OR shape."
directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | ENUM | SCALAR
"Open to all under deny-by-default."
directive @public on FIELD_DEFINITION | OBJECT | INTERFACE

# ---- how much --------------------------------------------------------------------------------------------------------
"""
\`by\`: what shares a bucket (default: the principal, else the address): "subject", "client", "ip", "global", "$args.x", "$claims.x", "$header.x".
\`countBy\`: OPERATION, SELECTION (every selection of the field after fragment expansion, the default) or RESOLVED (times the list size).
Aliases accepted: \`limit\` for \`max\`, \`duration\` for \`window\`.
"""
directive @rateLimit(max: Int, limit: Int, window: Duration, duration: Duration, by: [String!], burst: Int, cost: Int = 1, countBy: CountBy = SELECTION, onStoreError: OnStoreError = LOCAL, message: String) repeatable on FIELD_DEFINITION | OBJECT | SCHEMA
enum CountBy { OPERATION SELECTION RESOLVED }
enum OnStoreError { OPEN CLOSED LOCAL }
"IBM GraphQL cost specification."
directive @cost(weight: String!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
enum CacheControlScope { PUBLIC PRIVATE }

# ---- what goes out ---------------------------------------------------------------------------------------------------
directive @mask(kind: String, how: MaskHow = REDACT, keepLast: Int, unless: [[String!]!]) on FIELD_DEFINITION | SCALAR
enum MaskHow { REDACT NULL HASH PARTIAL }
"""
\`when\`: the name of a rule of authorization, or a condition as it is written there: { equals: ["$claims.x", "y"] }.
"""
directive @canned(value: Template, error: String, when: String) on FIELD_DEFINITION
`;

/** The directives that do what they say in this version. */
export const implementedDirectives: ReadonlySet<string> = new Set([
  'resolve',
  'entity',
  'operation',
  'rename',
  'inaccessible',
  'authenticated',
  'requiresScopes',
  'policy',
  'public',
  'cost',
  'listSize',
  'rateLimit',
  'canned',
]);

/** Of them, those that shape the supergraph; all others annotate its elements (`Annotation`). */
export const shapingDirectives: ReadonlySet<string> = new Set([
  'resolve',
  'entity',
  'operation',
  'rename',
  'inaccessible',
  'tag',
]);

/** By name. */
export const directives: ReadonlyMap<string, GraphQLDirective> = new Map(
  buildSchema(directivesSdl, { assumeValid: true })
    .getDirectives()
    .filter(directive => !isSpecifiedDirective(directive))
    .map(directive => [directive.name, directive]),
);
