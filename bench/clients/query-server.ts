import { createServer } from 'node:http';

/** What is known of a query: its answer's `data`, or all of the answer. */
export type Answer = { readonly data: unknown; readonly errors?: readonly object[] };

/** node:http as one writes it by hand: each query that is known has a function. */
export function serveQueries(handlers: ReadonlyMap<string, () => Answer | Promise<Answer>>, port: number): void {
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const { query } = JSON.parse(Buffer.concat(chunks).toString()) as { query: string }; // our own load
      const handler = handlers.get(query);
      const body = handler ? JSON.stringify(await handler()) : '{"errors":[{"message":"Unknown query"}]}';
      response.writeHead(handler ? 200 : 400, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  }).listen(port, '127.0.0.1');
}
