// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own references to the environment
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';

const sources = 'sources: { shop: { document: shop.yaml } }\n';
const read = (yaml: string, env: Record<string, string> = {}) => readConfig(`${sources}${yaml}`, 'selvage.yaml', env);

async function optionsOf(yaml: string, env: Record<string, string> = {}) {
  const outcome = await read(yaml, env);
  expect(outcome.diagnostics.map(formatDiagnostic)).toEqual([]);
  return outcome.ok ? outcome.value.edge.rateLimits : undefined;
}

describe('rateLimits', () => {
  it('is read, with every default filled in', async () => {
    const yaml = `rateLimits:
  store: { redis: "\${REDIS_URL}" }
  perAddress: { max: 600, window: 1m }
  limits:
    everybody: { max: 1000, window: 1h }
`;
    expect(await optionsOf(yaml, { REDIS_URL: 'rediss://:secret@redis.example.com:6380/2' })).toEqual({
      redis: { url: 'rediss://:secret@redis.example.com:6380/2', commandTimeout: 50, prefix: 'selvage' },
      replicas: 1,
      perAddress: {
        quota: { max: 600, window: 60_000, burst: 600, cost: 1 },
        onStoreError: 'LOCAL',
        unauthenticatedCost: 10,
      },
      rules: [
        {
          name: 'everybody',
          quota: { max: 1_000, window: 3_600_000, burst: 1_000, cost: 1 },
          by: [{ kind: 'subject' }],
          onStoreError: 'LOCAL',
        },
      ],
    });
  });

  it('is read whole', async () => {
    const yaml = `rateLimits:
  store: { redis: "redis://:\${PASSWORD}@localhost", commandTimeout: 20ms, prefix: "edge:1" }
  replicas: 3
  perAddress: { max: 6, window: 1m, burst: 60, onStoreError: open, message: Slowly., unauthenticatedCost: 2 }
  limits:
    reports:
      { max: 10, window: 1m, burst: 20, cost: 5, by: [client, "$claims.tenant", "$header.X-Region"], clients: [web],
        operations: ["Report*"], sources: [shop], onStoreError: closed, message: Later. }
`;
    expect(await optionsOf(yaml, { PASSWORD: 'p' })).toEqual({
      redis: { url: 'redis://:p@localhost', commandTimeout: 20, prefix: 'edge:1' },
      replicas: 3,
      perAddress: {
        quota: { max: 6, window: 60_000, burst: 60, cost: 1 },
        onStoreError: 'OPEN',
        message: 'Slowly.',
        unauthenticatedCost: 2,
      },
      rules: [
        {
          name: 'reports',
          quota: { max: 10, window: 60_000, burst: 20, cost: 5 },
          by: [{ kind: 'client' }, { kind: 'claims', name: 'tenant' }, { kind: 'header', name: 'x-region' }],
          onStoreError: 'CLOSED',
          message: 'Later.',
          clients: ['web'],
          operations: ['Report*'],
          sources: ['shop'],
        },
      ],
    });
  });

  const rows: readonly [name: string, yaml: string, told: readonly string[]][] = [
    [
      'a store that is no Redis, whose URL may hold a secret',
      'rateLimits: { store: { redis: "http://:hush@x" } }',
      [
        'error CONFIG_INVALID_VALUE selvage.yaml:2:31 rateLimits.store.redis: "redis" must be the URL of a Redis, redis://… or rediss://….',
      ],
    ],
    [
      'a password in the file',
      'rateLimits: { store: { redis: "redis://:hush@x" } }',
      [
        'warning CONFIG_LITERAL_SECRET selvage.yaml:2:31 rateLimits.store.redis: A secret stands in the file, where all who can read the file can read it.\n    hint: put the password into the environment and write ${NAME}',
      ],
    ],
    [
      'a limit without its parts',
      'rateLimits: { limits: { a: {} } }',
      [
        'error CONFIG_MISSING_KEY selvage.yaml:2:25 rateLimits.limits.a.max: "max" is missing; it must be a whole number from 1.',
        'error CONFIG_MISSING_KEY selvage.yaml:2:25 rateLimits.limits.a.window: "window" is missing; it must be a duration such as 500ms, 30s or 5m, at most 24h.',
      ],
    ],
    [
      'a name that cannot be told in a header',
      "rateLimits: { limits: { 'a\"b': { max: 1, window: 1s } } }",
      [
        'error CONFIG_INVALID_VALUE selvage.yaml:2:32 rateLimits.limits.a"b: "a"b" is not a name of letters, digits, ".", "_" and "-".',
      ],
    ],
    [
      'an argument, where there is no field',
      'rateLimits: { limits: { a: { max: 1, window: 1s, by: ["$args.x"] } } }',
      [
        'error CONFIG_INVALID_VALUE selvage.yaml:2:55 rateLimits.limits.a.by.0: Entry 1 of "by" must be "subject", "client", "ip", "global", "$claims.x" or "$header.x", but is "$args.x".',
      ],
    ],
    [
      'a header alone',
      'rateLimits: { limits: { a: { max: 1, window: 1s, by: ["$header.x"] } } }',
      [
        'error CONFIG_INVALID_VALUE selvage.yaml:2:54 rateLimits.limits.a.by: A bucket by a header alone is chosen by the client, who then has as many as it likes.\n    hint: add "subject", "client" or "ip"; or "global", where a proxy of yours sets the header',
      ],
    ],
    [
      'a source that is not there',
      'rateLimits: { limits: { a: { max: 1, window: 1s, sources: [shpo] } } }',
      [
        'error CONFIG_INVALID_VALUE selvage.yaml:2:60 rateLimits.limits.a.sources.0: There is no source "shpo". Did you mean "shop"?\n    hint: write the name of a source',
      ],
    ],
    [
      'a cost beyond the burst',
      'rateLimits: { limits: { a: { max: 9, window: 1s, burst: 2, cost: 3 } } }',
      [
        'error CONFIG_INVALID_VALUE selvage.yaml:2:28 rateLimits.limits.a: One alone takes 3 units, and there are never more than 2: nothing would pass.\n    hint: lower "cost", or raise "burst" (or "max", which it is by default)',
      ],
    ],
  ];
  it.each(rows)('refuses, or warns of, %s', async (_, yaml, told) => {
    const { diagnostics } = await read(yaml);
    expect(diagnostics.map(formatDiagnostic)).toEqual(told);
    expect(JSON.stringify(diagnostics)).not.toContain('hush');
  });
});
