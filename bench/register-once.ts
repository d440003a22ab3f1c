import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getNullableType, isObjectType, isRequiredArgument } from 'graphql';

/**
 * A process that registers the document that it is told, answers one query, and says what that took: as one line of JSON. It runs what was
 * built, as a gateway does.
 */
const { createGateway } = (await import(
  new URL('../dist/gateway.js', import.meta.url).href
)) as typeof import('../src/gateway.ts'); // it is what was built of it
const { loadConfig } = (await import(
  new URL('../dist/config.js', import.meta.url).href
)) as typeof import('../src/config.ts'); // likewise

const backend = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}).listen(0, '127.0.0.1');
await new Promise(resolve => backend.once('listening', resolve));
const endpoint = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`; // it listens on a port

const config = await loadConfig(process.argv[2] ?? '', { ...process.env, BENCH_ENDPOINT: endpoint });
if (!config.ok) throw new Error(JSON.stringify(config.diagnostics));
const begun = performance.now();
const gateway = await createGateway({ config: config.value, report: () => undefined });
const registered = performance.now();
const { url } = await gateway.listen();
const schema = gateway.current()?.schema;
if (!schema) throw new Error('The document was not registered.');
const fields = Object.values(schema.getQueryType()?.getFields() ?? {});
const field =
  fields.find(({ type, args }) => isObjectType(getNullableType(type)) && !args.some(isRequiredArgument)) ??
  fields.find(({ type }) => isObjectType(getNullableType(type)));
if (!field) throw new Error('No query answers with an object.');
const given = field.args.filter(isRequiredArgument).map(({ name }) => `${name}: "1"`);
const query = `{ ${field.name}${given.length > 0 ? `(${given.join(', ')})` : ''} { __typename } }`;
const answer = await post(`${url}/graphql`.replace('/graphql/graphql', '/graphql'), JSON.stringify({ query }));
const answered = performance.now();
if (!answer.includes('__typename')) throw new Error(`${query} was answered by ${answer.slice(0, 500)}`);
const figures = {
  importing: begun,
  registering: registered - begun,
  answered,
  types: Object.keys(schema.getTypeMap()).length,
  operations: gateway.sources()[0]?.operations?.imported,
  rss: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`\n${JSON.stringify(figures)}\n`);
process.exit(0);

function post(to: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(to, { method: 'POST', headers: { 'content-type': 'application/json' } }, async response => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve(text);
    });
    sent.on('error', reject).end(body);
  });
}
