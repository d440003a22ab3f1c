import { randomUUID } from 'node:crypto';
import type { AsyncExecutor, ExecutionResult } from '@graphql-tools/utils';
import { type DocumentNode, type GraphQLSchema, type IntrospectionOptions, print } from 'graphql';
import { HttpClient } from '../../adapter/http-client.ts';
import { outgoingHeaders } from '../../adapter/outgoing-headers.ts';
import { headersAtLoading } from '../../adapter/sign-in/at-loading.ts';
import { type Checked, checked, refused } from '../../base/checked.ts';
import type { Diagnostic, DiagnosticCode } from '../../base/diagnostic.ts';
import { type ErrorCode, GatewayError } from '../../base/error.ts';
import { isRecord, own } from '../../base/json.ts';
import { isUrl, refusal } from '../../source/refusal.ts';
import type { Source } from '../../source/source.ts';
import { validSchema } from './read-introspection.ts';
import { jsonOf } from './reply.ts';
import { requestHeaders, withCredentialQuery } from './request.ts';

const maxBytes = 64 * 1024 * 1024;

/** What newer servers can tell, then what every server can. */
const dialects: readonly IntrospectionOptions[] = [
  { specifiedByUrl: true, directiveIsRepeatable: true, inputValueDeprecation: true, oneOf: true },
  { specifiedByUrl: true, directiveIsRepeatable: true },
  {},
];

/** Asks an endpoint for its schema, in the words that it understands; signs in as documents are loaded. */
export async function introspect(
  endpoint: string,
  source: Source,
  signal: AbortSignal,
): Promise<Checked<GraphQLSchema>> {
  if (!URL.canParse(endpoint) || !isUrl(endpoint)) {
    const message = `The endpoint "${endpoint}" is no http(s) URL.`;
    return refused(refusal('CONFIG_INVALID_VALUE', [source.name, 'endpoint'], message));
  }
  const { documentCredential, maxResponse } = source.options;
  const options = {
    ...source.options,
    maxResponse: Math.max(maxResponse, maxBytes),
    ...(documentCredential ? { credential: documentCredential } : {}),
  };
  const loading = { ...source, options };
  const signIn = await headersAtLoading(loading, signal);
  if (!signIn.ok) return signIn;
  const client = new HttpClient(loading);
  try {
    const { schemaFromExecutor } = await import('@graphql-tools/wrap'); // only servers that are asked for their schema need it
    for (const dialect of dialects) {
      const answers: Checked<unknown>[] = [];
      const executor: AsyncExecutor = async <T>({ document }: { readonly document: DocumentNode }) => {
        const answer = await ask(client, endpoint, loading, print(document), { signal, signIn: signIn.value });
        answers.push(answer);
        return (answer.ok ? answer.value : {}) as ExecutionResult<T>; // an object; what is in it is checked where it is read
      };
      const schema = await validSchema(async () => schemaFromExecutor(executor, undefined, dialect), endpoint);
      const [answer] = answers;
      if (answer && !answer.ok) return answer;
      if (schema.ok || (isRecord(answer?.value) && isRecord(own(answer.value, 'data')))) return schema;
    }
  } finally {
    await client.close();
  }
  const message = 'The server does not answer introspection.';
  return refused(refusal('DOCUMENT_REFUSED', [endpoint], message, 'set `document:` to the SDL of its schema'));
}

async function ask(
  client: HttpClient,
  endpoint: string,
  source: Source,
  query: string,
  within: { readonly signal: AbortSignal; readonly signIn: Readonly<Record<string, string>> },
): Promise<Checked<unknown>> {
  const { credential, timeout } = source.options;
  const context = { ...within, deadline: performance.now() + timeout, headers: {}, requestId: randomUUID() };
  const headers = { ...outgoingHeaders(source, context), ...requestHeaders };
  const request = {
    method: 'POST',
    url: withCredentialQuery(endpoint, credential),
    headers,
    body: JSON.stringify({ query }),
  };
  try {
    const response = await client.request(request, { source: source.name, operation: 'introspection' }, context);
    const value = jsonOf(response);
    return isRecord(value) ? checked(value) : refused(refusedStatus(endpoint, response.status));
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const code = codes[error.code] ?? 'DOCUMENT_UNREACHABLE';
    const hint = code === 'DOCUMENT_UNREACHABLE' ? 'is it up, and the address right?' : undefined;
    return refused(refusal(code, [endpoint], sentences[error.code] ?? error.message, hint));
  }
}

const codes: Partial<Record<ErrorCode, DiagnosticCode>> = {
  UPSTREAM_UNREACHABLE: 'DOCUMENT_UNREACHABLE',
  UPSTREAM_TIMEOUT: 'DOCUMENT_TIMEOUT',
  UPSTREAM_MALFORMED: 'DOCUMENT_UNREADABLE',
};
const sentences: Partial<Record<ErrorCode, string>> = {
  UPSTREAM_UNREACHABLE: 'The server cannot be reached for introspection.',
  UPSTREAM_TIMEOUT: 'The server did not answer the introspection in time.',
  UPSTREAM_MALFORMED: `The answer to the introspection cannot be decoded, or has more than ${maxBytes} bytes.`,
};

function refusedStatus(endpoint: string, status: number): Diagnostic {
  if (status === 200) return refusal('DOCUMENT_SYNTAX', [endpoint], 'The answer to the introspection is no JSON.');
  const message = `The server answered the introspection with status ${status}.`;
  if (status >= 300 && status < 400) {
    return refusal('DOCUMENT_REFUSED', [endpoint], message, 'redirects are not followed: give the final address');
  }
  const hint = status === 401 || status === 403 ? 'set `documentCredential:` if the server wants one' : undefined;
  return refusal('DOCUMENT_REFUSED', [endpoint], message, hint);
}
