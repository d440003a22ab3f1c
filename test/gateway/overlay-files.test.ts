import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOverlay } from '../../src/gateway/overlay-files.ts';
import { baseOf, matchesPath } from '../../src/gateway/path-glob.ts';

describe('a glob of paths', () => {
  it.each([
    ['/a/*.graphql', '/a/x.graphql', true],
    ['/a/*.graphql', '/a/b/x.graphql', false],
    ['/a/*.graphql', '/a/x.graphql.tmp', false],
    ['/a/**/*.graphql', '/a/x.graphql', true],
    ['/a/**/*.graphql', '/a/b/c/x.graphql', true],
    ['/a/*/x.graphql', '/a/b/x.graphql', true],
    ['/a/x.graphql', '/a/x.graphql', true],
    ['/a/x.graphql', '/a/xxgraphql', false],
  ])('%s and %s: %s', (glob, path, matches) => {
    expect(matchesPath(path, glob)).toBe(matches);
  });

  it.each([
    ['/a/b/*.graphql', '/a/b'],
    ['/a/**/b/*.graphql', '/a'],
    ['/a/b.graphql', '/a'],
    ['/*.graphql', '/'],
  ])('%s lies below %s', (glob, base) => {
    expect(baseOf(glob)).toBe(base);
  });
});

describe('the overlay', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'selvage-overlay-'));
    for (const name of ['b.graphql', 'a.graphql', 'deep/c.graphql', 'other.txt']) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), name);
    }
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    [['*.graphql'], ['a.graphql', 'b.graphql']],
    [['**/*.graphql'], ['a.graphql', 'b.graphql', 'deep/c.graphql']],
    [
      ['other.txt', 'a.*', '*.graphql'],
      ['a.graphql', 'b.graphql', 'other.txt'],
    ],
    [['none/*.graphql'], []],
  ])('%j is %j, in order and once', async (globs, files) => {
    const outcome = await readOverlay(globs.map(glob => join(folder, glob)));
    expect(outcome).toMatchObject({ ok: true, diagnostics: [] });
    const texts = outcome.ok ? outcome.value : [];
    expect(texts.map(({ address }) => relative(folder, address))).toEqual(files);
    expect(texts.map(({ text }) => text)).toEqual(files);
  });

  it('is refused where a file that is named is not there', async () => {
    const outcome = await readOverlay([join(folder, 'nowhere.graphql')]);
    expect(outcome).toMatchObject({ ok: false, diagnostics: [{ code: 'DOCUMENT_NOT_FOUND' }] });
  });
});
