import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';
import { defaultLimits, limitKeys, limitTable, warningLimits } from '../../src/edge/limits/limits.ts';

const page = await readFile(new URL('../../docs/edge/limits.md', import.meta.url), 'utf8');

function shown(key: (typeof limitKeys)[number]): string {
  const { byDefault, unit } = limitTable[key];
  if (unit === 'count') return byDefault.toLocaleString('en');
  return byDefault % 1024 ** 2 === 0 ? `${byDefault / 1024 ** 2} MB` : `${byDefault / 1024} KB`;
}

test('docs/edge/limits.md tells every limit, its default, its code, and whether it can only warn', () => {
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]+) \| (\w+) \| ([^|]+) \|$/gm)].map(
    ([, key, byDefault, code, counts = '']) => [key, byDefault, code, counts.includes('cannot only warn')],
  );
  expect(rows).toEqual(
    limitKeys.map(key => [key, shown(key), limitTable[key].code, 'alwaysEnforced' in limitTable[key]]),
  );
});

test('its example of the configuration is one', async () => {
  const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const config = await readConfig(
    `${yaml}\nsources: { a: { protocol: openapi, document: a.yaml } }`,
    'selvage.yaml',
    {},
  );
  expect(config.diagnostics.map(formatDiagnostic)).toEqual([]);
  expect(parse(yaml).gateway.limits.warn.every((name: never) => warningLimits.includes(name))).toBe(true);
});

test('a limit that is always enforced cannot be told to warn', async () => {
  const yaml = 'gateway: { limits: { warn: [body, depht] } }\nsources: { a: { protocol: openapi, document: a.yaml } }';
  const { diagnostics } = await readConfig(yaml, 'selvage.yaml', {});
  const names = warningLimits.join(', ').replace(/, ([^,]*)$/, ' or $1');
  expect(diagnostics.map(formatDiagnostic)).toEqual([
    `error CONFIG_INVALID_VALUE selvage.yaml:1:29 gateway.limits.warn.0: Entry 1 of "warn" must be ${names}, but is "body".`,
    `error CONFIG_INVALID_VALUE selvage.yaml:1:35 gateway.limits.warn.1: Entry 2 of "warn" must be ${names}, but is "depht".`,
  ]);
});

test('the defaults are those of the table', () => {
  expect(defaultLimits).toEqual({
    ...Object.fromEntries(limitKeys.map(key => [key, limitTable[key].byDefault])),
    warn: [],
  });
});
