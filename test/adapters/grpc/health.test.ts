import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome, Subschema } from '../../../src/adapter/adapter.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { until } from '../backends/traffic.ts';
import { ask, connectTo } from './backend.ts';
import { type ServedCall, type StreamBackend, streamBackend } from './stream-backend.ts';

const proto = `
syntax = "proto3";
package shop.v1;
message Req { string text = 1; }
message Res { string text = 1; }
service Shop { rpc Get(Req) returns (Res); }
`;

const healthProto = `
syntax = "proto3";
package grpc.health.v1;
message HealthCheckRequest { string service = 1; }
message HealthCheckResponse { enum ServingStatus { UNKNOWN = 0; SERVING = 1; NOT_SERVING = 2; SERVICE_UNKNOWN = 3; } ServingStatus status = 1; }
service Health { rpc Check(HealthCheckRequest) returns (HealthCheckResponse); rpc Watch(HealthCheckRequest) returns (stream HealthCheckResponse); }
`;

const closing: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serving(...parts: Parameters<typeof streamBackend>): Promise<StreamBackend> {
  const made = await streamBackend(...parts);
  closing.push(() => made.close());
  return made;
}

async function connected(...parts: [string, string, Partial<SourceOptions>]): Promise<Subschema<unknown, unknown>> {
  const made = await connectTo(...parts);
  closing.push(() => made.close());
  return made;
}

const codeOf = (outcome: Outcome) => ('fault' in outcome ? outcome.fault.code : 'no fault');

/** Answers `Check`, which stands for any call here; `Watch` waits for the test. */
const alive = { unary: () => ({ status: 'SERVING' }) };

async function watchAt({ calls }: StreamBackend): Promise<ServedCall> {
  const find = () => calls.find(({ method }) => method === 'Watch');
  await until(() => find() !== undefined);
  return find()!;
}

const checksAt = ({ calls }: StreamBackend) => calls.filter(({ method }) => method === 'Check').length;

describe('health', () => {
  const healthCheckConfig = { serviceName: 'shop.v1.Shop' };

  it('is watched: a backend that says it is ill is not called, until it says otherwise', async () => {
    const backend = await serving(healthProto, {});
    const shop = await connected(proto, backend.endpoint, { serviceConfig: { healthCheckConfig } });
    const asked = ask(shop, 'get');
    const watch = await backend.call();
    expect(watch.requests).toEqual([{ service: 'shop.v1.Shop' }]);
    expect(watch.timeLeft).toBeUndefined();
    watch.send({ status: 'NOT_SERVING' });
    expect(codeOf(await asked)).toBe('UPSTREAM_UNREACHABLE');
    expect(codeOf(await ask(shop, 'get'))).toBe('UPSTREAM_UNREACHABLE');
    expect(backend.calls).toHaveLength(1);
    watch.send({ status: 'SERVING' });
    // The server has no such service: that it says so shows that it was asked.
    await until(async () => codeOf(await ask(shop, 'get')) === 'UPSTREAM_ERROR');
    watch.send({ status: 'SERVICE_UNKNOWN' });
    await until(async () => codeOf(await ask(shop, 'get')) === 'UPSTREAM_UNREACHABLE');
    await shop.close();
    await until(() => watch.cancelled);
  });

  it('is watched of each address: calls go to those that are well, and fail where none is', async () => {
    const [ill, well] = [await serving(healthProto, alive), await serving(healthProto, alive)];
    const serviceConfig = { healthCheckConfig, loadBalancingConfig: [{ round_robin: {} }] };
    const health = await connected(healthProto, `ipv4:${ill.endpoint},${well.endpoint}`, { serviceConfig });
    const asked = ask(health, 'check');
    const [ofIll, ofWell] = [await watchAt(ill), await watchAt(well)];
    ofIll.send({ status: 'NOT_SERVING' });
    ofWell.send({ status: 'SERVING' });
    expect(codeOf(await asked)).toBe('no fault');
    for (let index = 0; index < 9; index += 1) expect(codeOf(await ask(health, 'check'))).toBe('no fault');
    expect([checksAt(ill), checksAt(well)]).toEqual([0, 10]);
    ofIll.send({ status: 'SERVING' });
    await until(async () => codeOf(await ask(health, 'check')) === 'no fault' && checksAt(ill) > 0);
    for (const watch of [ofIll, ofWell]) watch.send({ status: 'NOT_SERVING' });
    await until(async () => codeOf(await ask(health, 'check')) === 'UPSTREAM_UNREACHABLE');
  });

  it('is asked anew over each connection', async () => {
    const settings = { 'grpc.max_connection_age_ms': 100, 'grpc.max_connection_age_grace_ms': 10 };
    const backend = await serving(healthProto, { ...alive, settings });
    const health = await connected(healthProto, backend.endpoint, { serviceConfig: { healthCheckConfig } });
    const asked = new Set<ServedCall>();
    await until(async () => {
      void ask(health, 'check');
      for (const call of backend.calls) {
        if (call.method !== 'Watch' || asked.has(call)) continue;
        asked.add(call);
        call.send({ status: 'SERVING' });
      }
      return asked.size > 2 && checksAt(backend) > 0;
    });
  });

  it('is taken for good where the backend does not speak of it', async () => {
    const backend = await serving(proto, { unary: () => ({ text: 'here' }) });
    const shop = await connected(proto, backend.endpoint, { serviceConfig: { healthCheckConfig } });
    expect(await ask(shop, 'get')).toEqual({ value: { text: 'here' } });
  });

  it('is waited for no longer than a call may last', async () => {
    const backend = await serving(healthProto, {});
    const shop = await connected(proto, backend.endpoint, { timeout: 200, serviceConfig: { healthCheckConfig } });
    expect(codeOf(await ask(shop, 'get'))).toMatch(/^UPSTREAM_(TIMEOUT|ERROR)$/);
  });
});
