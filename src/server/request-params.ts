import { isRecord, own } from '../base/json.ts';
import type { OperationRequest } from '../edge/handler.ts';

/** The parameters of a GraphQL request (GraphQL over HTTP, 5.1). */
export type RequestParams = Pick<
  OperationRequest,
  'query' | 'documentId' | 'operationName' | 'variables' | 'extensions' | 'uploads'
>;

/** Checks the shape of parameters that came as JSON; a text says what is wrong with them. Unknown parameters are passed over. */
export function paramsOf(body: unknown): RequestParams | string {
  if (Array.isArray(body)) return 'Batches of operations are not accepted: send one operation as a JSON object.';
  if (!isRecord(body)) return 'The body must be a JSON object with a "query".';
  const query = own(body, 'query') ?? undefined;
  const operationName = own(body, 'operationName') ?? undefined;
  const variables = own(body, 'variables') ?? undefined;
  const extensions = own(body, 'extensions') ?? undefined;
  const documentId = own(body, 'documentId') ?? undefined;
  if (query !== undefined || (documentId === undefined && !namesDocument(extensions))) {
    if (typeof query !== 'string') return 'The parameter "query" must be a string.';
  }
  if (documentId !== undefined && typeof documentId !== 'string') return mustBe('documentId', 'a string');
  if (operationName !== undefined && typeof operationName !== 'string') return mustBe('operationName', 'a string');
  if (variables !== undefined && !isRecord(variables)) return mustBe('variables', 'an object');
  if (extensions !== undefined && !isRecord(extensions)) return mustBe('extensions', 'an object');
  if (query !== undefined && documentId === undefined && operationName === undefined && variables === undefined) {
    if (extensions === undefined) return { query };
  }
  return {
    ...(query === undefined ? {} : { query }),
    ...(documentId === undefined ? {} : { documentId }),
    ...(operationName === undefined ? {} : { operationName }),
    ...(variables === undefined ? {} : { variables }),
    ...(extensions === undefined ? {} : { extensions }),
  };
}

/** The same, of a GET (GraphQL over HTTP, 5.3): `variables` and `extensions` are JSON in the query string. */
export function paramsOfUrl(search: URLSearchParams): RequestParams | string {
  const body: Record<string, unknown> = Object.create(null);
  for (const name of ['query', 'documentId', 'operationName', 'variables', 'extensions']) {
    const text = search.get(name);
    if (text === null || text === '') continue;
    const isText = name !== 'variables' && name !== 'extensions';
    const value = isText ? text : jsonOf(text);
    if (value === undefined) return `The parameter "${name}" must be JSON.`;
    body[name] = value;
  }
  return paramsOf(body);
}

/** Undefined where the text is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Apollo's persisted queries: a hash instead of the query. */
function namesDocument(extensions: unknown): boolean {
  return isRecord(extensions) && own(extensions, 'persistedQuery') !== undefined;
}

function mustBe(name: string, what: string): string {
  return `The parameter "${name}" must be ${what} or null.`;
}
