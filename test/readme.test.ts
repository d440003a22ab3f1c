import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parse, print, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { type Demo, runDemo } from '../src/demo/demo.ts';

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
  it('shows the two commands that package.json has', async () => {
    const { scripts } = JSON.parse(await readFile(new URL('package.json', root), 'utf8'));
    expect(scripts).toMatchObject({ demo: expect.any(String), test: expect.any(String) });
    expect(snippet('sh', 'run demo')).toContain('npm ci --ignore-scripts && npm test');
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
      expect(query).toBe(await readFile(new URL('schemas/queries/demo.graphql', root), 'utf8'));
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

  it('shows a configuration that is valid', async () => {
    const text = snippet('yaml', 'sources:');
    const config = await readConfig(text, join(tmpdir(), 'selvage.yaml'), { CATALOGUE_TOKEN: 'secret' });
    expect(config.diagnostics).toEqual([]);
    expect(config.ok).toBe(true);
  });

  it("shows a link that stands in the demo's overlay", async () => {
    const overlay = await readFile(new URL('schemas/overlay/demo.graphql', root), 'utf8');
    const bare = (sdl: string) =>
      visit(parse(sdl), { StringValue: (_, key) => (key === 'description' ? null : undefined) });
    const fieldsOf = (sdl: string) =>
      bare(sdl).definitions.flatMap(node => ('fields' in node ? (node.fields ?? []).map(field => print(field)) : []));
    expect(fieldsOf(overlay)).toEqual(expect.arrayContaining(fieldsOf(snippet('graphql', 'extend type Product'))));
  });

  it('shows commands that register a backend', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selvage-readme-'));
    const bin = fileURLToPath(new URL('bin/selvage.js', root));
    await cp(new URL('schemas', root), join(folder, 'legacy'), { recursive: true });
    const commands = snippet('sh', 'selvage add')
      .split('\n')
      .filter(line => line.startsWith('npx selvage ') && !line.includes(' serve'))
      .map(line => line.replace(/#.*/, '').trim().split(/\s+/).slice(2));
    expect(commands.map(([command]) => command)).toEqual(['inspect', 'add', 'check']);
    for (const args of commands) await promisify(execFile)(process.execPath, [bin, ...args], { cwd: folder });
    expect(await readFile(join(folder, 'selvage.yaml'), 'utf8')).toContain('legacy/billing.wsdl');
    await rm(folder, { recursive: true });
  }, 180_000);

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
  }, 60_000);
});
