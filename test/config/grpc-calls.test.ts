import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';

async function read(lines: string, endpoint = 'stock:50051') {
  const indented = lines
    .split('\n')
    .map(line => `    ${line}`)
    .join('\n');
  const yaml = `sources:\n  stock:\n    protocol: grpc\n    document: stock.proto\n    endpoint: "${endpoint}"\n${indented}\n`;
  const outcome = await readConfig(yaml, '/srv/selvage.yaml', {});
  return {
    options: outcome.ok ? outcome.value.sources[0]?.options : undefined,
    told: outcome.diagnostics.map(formatDiagnostic),
  };
}

describe('how gRPC methods are called', () => {
  it('is read', async () => {
    const { options, told } = await read(`compression: gzip
keepalive: 5m
streamsPerConnection: 20
collect: { operations: [list*], max: 50 }
serviceConfig:
  loadBalancingConfig: [{ round_robin: {} }, { pick_first: { shuffleAddressList: true } }]
  healthCheckConfig: {}
  retryThrottling: { maxTokens: 10, tokenRatio: 0.1 }
  methodConfig:
    - name: [{ service: shop.v1.Stock, method: Get }, {}]
      timeout: 1.5s
      retryPolicy: { maxAttempts: 3, initialBackoff: 0.1s, maxBackoff: 1s, backoffMultiplier: 2, retryableStatusCodes: [unavailable] }
    - name: [{ service: shop.v1.Stock }]
      hedgingPolicy: { maxAttempts: 2 }`);
    expect(told).toEqual([]);
    expect(options).toMatchObject({
      compression: 'gzip',
      keepalive: 300_000,
      streamsPerConnection: 20,
      collect: { operations: ['list*'], max: 50 },
      serviceConfig: {
        loadBalancingConfig: [{ round_robin: {} }, { pick_first: { shuffleAddressList: true } }],
        healthCheckConfig: { serviceName: '' },
        retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
        methodConfig: [
          {
            timeout: 1_500,
            retryPolicy: { initialBackoff: 100, maxBackoff: 1_000, retryableStatusCodes: ['UNAVAILABLE'] },
          },
          { hedgingPolicy: { maxAttempts: 2, hedgingDelay: 0, nonFatalStatusCodes: [] } },
        ],
      },
    });
  });

  it('is read of outlier detection, and refused over what has nothing to eject', async () => {
    const policy = (child: string) =>
      read(`serviceConfig:
  loadBalancingConfig:
    - outlier_detection: { interval: 5s, baseEjectionTime: 30s, failurePercentageEjection: { threshold: 85 }, childPolicy: [{ ${child}: {} }] }`);
    const { options, told } = await policy('round_robin');
    expect(told).toEqual([]);
    expect(options).toMatchObject({
      serviceConfig: {
        loadBalancingConfig: [
          {
            outlier_detection: {
              interval: 5_000,
              baseEjectionTime: 30_000,
              failurePercentageEjection: { threshold: 85 },
              childPolicy: [{ round_robin: {} }],
            },
          },
        ],
      },
    });
    expect((await policy('pick_first')).told.join()).toContain('"pick_first" is not known here');
  });

  it.each([
    ['collect: true', { operations: ['*'], max: 1_000 }],
    ['collect: {}', { operations: ['*'], max: 1_000 }],
    ['collect: { max: 5 }', { operations: ['*'], max: 5 }],
    ['collect: false', { operations: [], max: 1_000 }],
    ['prefix: ""', { operations: [], max: 1_000 }],
  ])('%s', async (line, collect) => {
    const { options, told } = await read(line);
    expect(told).toEqual([]);
    expect(options?.collect).toEqual(collect);
  });

  it.each([
    ['compression: brotli', '"compression" must be gzip or deflate, but is "brotli".'],
    ['collect: 5', '"collect" must be true or false, or a map, but is 5.'],
    ['serviceConfig: { loadBalancingPolicy: round_robin }', '"loadBalancingPolicy" is not known here.'],
    [
      'serviceConfig: { loadBalancingConfig: [{ pick_first: {}, round_robin: {} }] }',
      'Entry 1 of "loadBalancingConfig" must be a map of one policy, such as { round_robin: {} }, but is a map.',
    ],
    [
      'serviceConfig: { methodConfig: [{ name: [{ method: Get }] }] }',
      'Entry 1 of "name" must be a method with its service, but is a map.',
    ],
    [
      'serviceConfig: { methodConfig: [{ name: [{}] }, { name: [{}] }] }',
      '"methodConfig" must be a list in which no name stands twice, but is a list.',
    ],
    [
      'serviceConfig: { methodConfig: [{ name: [{}], hedgingPolicy: { maxAttempts: 9 } }] }',
      '"maxAttempts" must be a whole number from 2 to 5, but is 9.',
    ],
    [
      'serviceConfig: { methodConfig: [{ name: [{}], hedgingPolicy: { maxAttempts: 2, nonFatalStatusCodes: [LATE] } }] }',
      'Entry 1 of "nonFatalStatusCodes" must be the name of a gRPC status, such as UNAVAILABLE, but is "LATE".',
    ],
  ])('%s is refused', async (line, message) => {
    const { told } = await read(line);
    expect(told).toHaveLength(1);
    expect(told[0]).toContain(message);
  });

  it.each([
    ['dns:///stock.internal:50051', true],
    ['dns://10.0.0.53/stock.internal:50051', true],
    ['ipv4:10.0.0.1:50051,10.0.0.2:50051', true],
    ['ipv6:[::1]:50051', true],
    ['unix:/run/stock.sock', true],
    ['unix:///run/stock.sock', true],
    ['grpcs://stock:443', true],
    ['xds:///stock:443', false],
    ['dns:///stock', false],
  ])('a target %s: %s', async (endpoint, isTaken) => {
    const { told } = await read('prefix: ""', endpoint);
    expect(told.length === 0).toBe(isTaken);
  });
});
