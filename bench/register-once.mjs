import { createServer, request } from 'node:http';
import { getNullableType, isObjectType, isRequiredArgument } from 'graphql';

/**
 * A process that registers the document that it is told, answers one query, and says what that took: as one line of JSON. It runs what was
 * built, as a gateway does.
 */
const built = name => import(new URL(`../dist/${name}.js`, import.meta.url).href);
const { createGateway } = await built('gateway');
const { loadConfig } = await built('config');

const backend = createServer((_, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
}).listen(0, '127.0.0.1');
await new Promise(resolve => backend.once('listening', resolve));
const endpoint = `http://127.0.0.1:${backend.address().port}`;

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
  registering: registered - begun,
  answered,
  types: Object.keys(schema.getTypeMap()).length,
  operations: gateway.sources()[0]?.operations?.imported,
  cpu: (process.cpuUsage().user + process.cpuUsage().system) / 1_000,
  rss: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`\n${JSON.stringify(figures)}\n`);
process.exit(0);

function post(to, body) {
  return new Promise((resolve, reject) => {
    const sent = request(to, { method: 'POST', headers: { 'content-type': 'application/json' } }, async response => {
      let text = '';
      for await (const chunk of response) text += String(chunk);
      resolve(text);
    });
    sent.on('error', reject).end(body);
  });
}
