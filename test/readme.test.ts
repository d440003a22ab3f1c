import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse, print, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exitCode } from '../src/cli/exit-code.ts';
import { readConfig } from '../src/config.ts';
import { startBilling } from '../src/demo/billing.ts';
import { startCatalogue } from '../src/demo/catalogue.ts';
import { type Demo, runDemo } from '../src/demo/demo.ts';
import { startReviews } from '../src/demo/reviews.ts';
import { startStock } from '../src/demo/stock.ts';
import { defaultLimits } from '../src/edge/limits/limits.ts';
import { createGateway } from '../src/gateway.ts';
import { planText } from '../src/plan/print.ts';
import { directives, implementedDirectives } from '../src/policy/directives.ts';
import { compiled } from './plan/compiled.ts';

const root = new URL('../', import.meta.url);
const readme = await readFile(new URL('README.md', root), 'utf8');

/** The fenced block that contains a text, without its fence. */
function snippet(language: string, containing: string): string {
  const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].filter(([, tag]) => tag === language);
  const found = blocks.map(([, , text = '']) => text).find(text => text.includes(containing));
  if (found === undefined)
    throw new SyntaxError(`README.md has no ${language} snippet with ${JSON.stringify(containing)}`);
  return found;
}

describe('README.md', () => {
  it('shows the two commands that package.json has, the second being what CI runs', async () => {
    const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
    const commands = snippet('sh', 'run demo').trim().split('\n');
    const [demo, check] = commands.map(line => line.replace(/#.*/, '').trim());
    expect([demo, check]).toEqual(['demo', 'check'].map(script => `npm ci --ignore-scripts && npm run ${script}`));
    expect(scripts).toMatchObject({ demo: expect.any(String), check: expect.any(String) });
    expect((await readFile(new URL('.ci/run', root), 'utf8')).trim().split('\n').at(-1)).toBe(check);
  });

  it("tells the command line's exit codes", () => {
    const told = [...readme.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(told).toEqual(Object.values(exitCode));
  });

  it('tells the limits that hold where nothing is configured', () => {
    const { body, document, tokens, depth, expandedFields, backendCalls } = defaultLimits;
    const count = (number: number) => number.toLocaleString('en');
    const text = readme.replace(/\s+/g, ' ');
    expect(text).toContain(
      `bounded bodies (${body / 1024 ** 2} MB), documents (${document / 1024} KB, ${count(tokens)} tokens)`,
    );
    expect(text).toContain(`depth (${depth}), fields after fragment expansion (${count(expandedFields)})`);
    expect(text).toContain(`backend calls (${backendCalls}) of an operation`);
  });

  it('names every directive, as one that works or as one that is refused', () => {
    const table = [...readme.matchAll(/^\| `@(\w+)\(?/gm)].map(([, name]) => name);
    const refused = [.../\*\*Not yet:\*\*([^.]*)\./.exec(readme)![1]!.matchAll(/`@(\w+)`/g)].map(([, name]) => name);
    expect(new Set(table)).toEqual(implementedDirectives);
    expect([...table, ...refused].sort()).toEqual([...directives.keys()].sort());
  });

  describe('the demo query', () => {
    const lines: string[] = [];
    let demo: Demo;
    beforeAll(async () => {
      demo = await runDemo({ port: 0, log: line => lines.push(line) });
    });
    afterAll(() => demo.close());

    it('is the one in schemas/queries, and causes the calls that are shown', async () => {
      const query = snippet('graphql', 'query Shop');
      const stored = await readFile(new URL('schemas/queries/demo.graphql', root), 'utf8');
      expect(print(parse(query))).toBe(print(parse(stored)));
      const response = await fetch(`${demo.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      expect((await response.json()).errors).toBeUndefined();
      const shown = snippet('text', 'BatchGetLevels').trim().split('\n');
      expect(lines.slice(lines.indexOf('READY') + 1).sort()).toEqual(shown.sort());
    });
  });

  it('shows how a query is planned', async () => {
    const [query = ''] = /(?<=selvage explain ")[^"]+/.exec(snippet('sh', 'invoices { number }')) ?? [];
    const starts = { CATALOGUE: startCatalogue, STOCK: startStock, BILLING: startBilling, REVIEWS: startReviews };
    const running = await Promise.all(
      Object.entries(starts).map(async ([name, start]) => [`${name}_URL`, await start(() => {})] as const),
    );
    const gateway = await createGateway({
      config: fileURLToPath(new URL('schemas/selvage.demo.yaml', root)),
      env: Object.fromEntries(running.map(([name, { endpoint }]) => [name, endpoint])),
    });
    try {
      expect(planText(compiled(gateway.current()!, query))).toBe(snippet('text', 'plan lane:')); // its sources run
    } finally {
      await gateway.close();
      await Promise.all(running.map(([, backend]) => backend.close()));
    }
  });

  it.each(['sources:', 'admin:', 'singleFlight:', 'identity:'])(
    'shows a configuration of %s that is valid',
    async key => {
      const text = snippet('yaml', key);
      const config = await readConfig(text, join(tmpdir(), 'selvage.yaml'), { CATALOGUE_TOKEN: 'secret' });
      expect(config.diagnostics).toEqual([]);
      expect(config.ok).toBe(true);
    },
  );

  it("shows a link that stands in the demo's overlay", async () => {
    const overlay = await readFile(new URL('schemas/overlay.demo.graphql', root), 'utf8');
    const bare = (sdl: string) =>
      visit(parse(sdl), { StringValue: (_, key) => (key === 'description' ? null : undefined) });
    const fieldsOf = (sdl: string) =>
      bare(sdl).definitions.flatMap(node => ('fields' in node ? (node.fields ?? []).map(field => print(field)) : []));
    expect(fieldsOf(overlay)).toEqual(expect.arrayContaining(fieldsOf(snippet('graphql', 'extend type Product'))));
  });

  it('shows commands that register a backend', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selvage-readme-'));
    const bin = fileURLToPath(new URL('bin/selvage.js', root));
    await cp(new URL('schemas', root), join(folder, 'schemas'), { recursive: true }); // as in the clone
    const commands = snippet('sh', 'selvage add')
      .split('\n')
      .filter(line => line.startsWith('npx selvage ') && !line.includes(' serve'))
      .map(
        line =>
          line
            .replace(/#.*/, '')
            .match(/'[^']*'|\S+/g)
            ?.slice(2) ?? [],
      )
      .map(words => words.map(word => word.replaceAll("'", '')));
    expect(commands.map(([command]) => command)).toEqual(['inspect', 'add', 'check', 'print', 'explain']);
    for (const args of commands) await promisify(execFile)(process.execPath, [bin, ...args], { cwd: folder });
    expect(await readFile(join(folder, 'selvage.yaml'), 'utf8')).toContain('schemas/billing.wsdl');
    await rm(folder, { recursive: true });
  });

  it('shows how to use it as a library', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selvage-readme-'));
    const gateway = JSON.stringify(new URL('src/gateway.ts', root).href);
    await writeFile(join(folder, 'main.mts'), snippet('ts', 'createGateway').replace("'selvage'", gateway));
    await writeFile(join(folder, 'shop.graphql'), 'type Query { name: String }');
    const source = { protocol: 'graphql', document: 'shop.graphql', endpoint: 'http://127.0.0.1:1' };
    await writeFile(join(folder, 'selvage.yaml'), JSON.stringify({ sources: { shop: source } }));
    const tsx = fileURLToPath(new URL('node_modules/tsx/dist/cli.mjs', root));
    const { stdout } = await promisify(execFile)(process.execPath, [tsx, 'main.mts'], { cwd: folder });
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/graphql\n$/);
    await rm(folder, { recursive: true });
  });
});
