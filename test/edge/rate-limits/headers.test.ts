import { serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { rateLimitHeaders } from '../../../src/edge/rate-limits/headers.ts';
import { limitOf } from '../../../src/edge/rate-limits/limit.ts';

/** V8 keeps one byte or two a character, and serializes as it keeps. */
const bytesOf = (text: string) => serialize(text).length;

it('R6: headers are one byte a character, whatever document their names were cut out of', () => {
  const document = '{ "Query.aFieldWithALongName": { "message": "später…" } }';
  const name = document.slice(3, 28);
  expect(bytesOf(name)).toBeGreaterThan(2 * name.length);
  const quota = { max: 5, window: 60_000, burst: 5, cost: 1 };
  const limit = limitOf({ name, quota, by: [{ kind: 'ip' }], countBy: 'OPERATION', onStoreError: 'LOCAL' });
  const charge = { key: 'k', limit, interval: limit.interval, burst: 5, units: 1 };
  const headers = rateLimitHeaders([{ charge, ahead: 12_000_000 }]);
  expect(headers).toEqual({
    'ratelimit-policy': '"Query.aFieldWithALongName";q=5;w=60',
    ratelimit: '"Query.aFieldWithALongName";r=4;t=12',
  });
  for (const text of Object.values(headers)) expect(bytesOf(text)).toBeLessThan(1.5 * text.length);
});
