import { describe, expect, it } from 'vitest';
import { Stop, type StopSignal } from '../../src/base/stop.ts';

/** The two that must behave alike: a signal, and what aborts it. */
const kinds: readonly (readonly [string, () => readonly [StopSignal, (reason: unknown) => void]])[] = [
  [
    'a Stop',
    () => {
      const stop = new Stop();
      return [stop, reason => stop.abort(reason)];
    },
  ],
  [
    'an AbortSignal',
    () => {
      const controller = new AbortController();
      return [controller.signal, reason => controller.abort(reason)];
    },
  ],
];

describe.each(kinds)('%s', (_, make) => {
  it('tells its listeners once, and the first reason', () => {
    const [signal, abort] = make();
    const told: unknown[] = [];
    signal.addEventListener('abort', () => told.push(signal.reason), { once: true });
    expect(signal.aborted).toBe(false);
    abort('first');
    abort('second');
    expect(told).toEqual(['first']);
    expect(signal.aborted).toBe(true);
    expect(signal.reason).toBe('first');
  });

  it('tells nobody who left, who is there twice only once, and nobody who comes too late', () => {
    const [signal, abort] = make();
    const told: string[] = [];
    const gone = () => told.push('gone');
    const twice = () => told.push('twice');
    signal.addEventListener('abort', gone);
    signal.addEventListener('abort', twice);
    signal.addEventListener('abort', twice);
    signal.removeEventListener('abort', gone);
    abort('now');
    signal.addEventListener('abort', () => told.push('late'));
    expect(told).toEqual(['twice']);
  });

  it('lets a listener leave while the others are told', () => {
    const [signal, abort] = make();
    const told: string[] = [];
    const second = () => told.push('second');
    signal.addEventListener('abort', () => {
      told.push('first');
      signal.removeEventListener('abort', second);
    });
    signal.addEventListener('abort', second);
    abort('now');
    expect(told).toEqual(['first']);
  });
});
