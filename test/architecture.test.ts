import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

it('ARCHITECTURE.md prints the layers that are enforced', () => {
  const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$/gm)];
  const printed = rows.map(([, room, allowed]) => [room, [...allowed!.matchAll(/`(\w+)`/g)].map(match => match[1])]);
  expect(Object.fromEntries(printed)).toEqual(JSON.parse(read('scripts/layers.json')).rooms);
});
