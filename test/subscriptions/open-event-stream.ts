import { once } from 'node:events';
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';

/** Asks for a subscription as server-sent events, on a connection of its own. Nothing of the answer is read yet. */
export async function openEventStream(
  url: string,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<{ request: ClientRequest; response: IncomingMessage }> {
  const request = httpRequest(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
  });
  request.on('error', () => undefined);
  request.end(JSON.stringify({ query, variables }));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { request, response };
}

/** What comes of an answer from now on. */
export function growingText(response: IncomingMessage): { text: string } {
  const got = { text: '' };
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', (chunk: string) => {
    got.text += chunk;
  });
  return got;
}
