import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { Admission } from '../../src/edge/admission/admission.ts';
import { LoopDelay } from '../../src/edge/admission/loop-delay.ts';
import { admission } from '../../src/edge/gates/admission.ts';
import type { OperationRequest, OperationResult } from '../../src/edge/handler.ts';
import { coreWith } from './core-of.ts';

const request: OperationRequest = { id: 'r', method: 'POST', headers: {}, signal: new AbortController().signal };
const answer: OperationResult = { status: 200, result: { data: {} } };

describe('admission', () => {
  it('H13: refuses what is more than may be under way, and takes more once something is done', async () => {
    const { ask, ran, held } = coreWith({ admission: { inFlight: 2, loopDelay: 10_000 } });
    const underWay = [ask('{ held }'), ask('{ held }')];
    const refused = await ask('{ ok }');
    expect([refused.status, refused.headers?.['retry-after']]).toEqual([503, '1']);
    expect(refused.result.errors[0].extensions.code).toBe('OVERLOADED');
    expect(ran).toEqual([]);
    held.shift()!();
    expect((await underWay[0]!).result.data).toEqual({ held: 'let go' });
    expect((await ask('{ ok }')).result.data).toEqual({ ok: 'ok' });
    held.shift()!();
    await underWay[1];
  });

  it('H13: refuses while the event loop is late and requests are under way, and only then', () => {
    const delay = { milliseconds: 0 };
    const handler = admission(new Admission({ inFlight: 10, loopDelay: 200 }, delay))(({ id }) =>
      id === 'held' ? new Promise(() => {}) : answer,
    );
    const hold = () => void handler({ ...request, id: 'held' });
    delay.milliseconds = 201;
    for (let underWay = 0; underWay < 8; underWay += 1) {
      expect(handler(request)).toBe(answer); // nothing would be relieved
      hold();
    }
    expect(handler(request)).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    delay.milliseconds = 200;
    expect(handler(request)).toBe(answer);
  });

  it('H13: counts what fails as done', async () => {
    const failing = [
      () => {
        throw new TypeError('at once');
      },
      () => Promise.reject(new TypeError('later')),
      () => answer,
    ];
    const handler = admission(new Admission({ inFlight: 1, loopDelay: 200 }, { milliseconds: 0 }))(() =>
      failing.shift()!(),
    );
    expect(() => handler(request)).toThrow('at once');
    await expect(handler(request)).rejects.toThrow('later');
    expect(handler(request)).toBe(answer);
  });

  it('H13: sees a loop that is late again and again', async () => {
    const delay = new LoopDelay();
    for (let n = 0; n < 4; n += 1) {
      const until = performance.now() + 300;
      while (performance.now() < until);
      await wait(0);
    }
    const { milliseconds } = delay;
    delay.stop();
    expect(milliseconds).toBeGreaterThan(200);
  });

  it('H13: does not see a loop that was late once, or twice', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let now = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const delay = new LoopDelay();
    const told = [400, 0, 0, 300, 0, 300, 300].map(late => {
      now += 20 + late;
      vi.advanceTimersByTime(20);
      return delay.milliseconds;
    });
    vi.restoreAllMocks();
    vi.useRealTimers();
    expect(told).toEqual([0, 0, 0, 0, 0, 0, 300]); // of five looks, two are not the most
  });
});
