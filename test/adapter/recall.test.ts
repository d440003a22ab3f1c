import { describe, expect, it } from 'vitest';
import { Recall } from '../../src/adapter/recall.ts';

/** How often each of these answers is read, in turn. */
function reads(answers: readonly (readonly [key: string, body: string, broken?: 'broken'])[]): number {
  const recall = new Recall();
  let count = 0;
  for (const [key, body, broken] of answers) {
    const value = recall.read(key, Buffer.from(body), faulty => {
      count += 1;
      if (broken) faulty();
      return { body };
    });
    expect(value).toEqual({ body });
  }
  return count;
}

const a = 'a'.repeat(2_000);
const b = 'b'.repeat(2_000);

describe('a body', () => {
  it.each([
    [
      'that comes again',
      [
        ['k', a],
        ['k', a],
        ['k', a],
      ],
      1,
    ],
    [
      'that another call had',
      [
        ['k', a],
        ['l', a],
      ],
      2,
    ],
    [
      'of which a byte differs',
      [
        ['k', a],
        ['k', `${a.slice(1)}b`],
      ],
      2,
    ],
    [
      'that comes and goes',
      [
        ['k', a],
        ['k', b],
        ['k', a],
      ],
      3,
    ],
    [
      'with a part that breaks the contract',
      [
        ['k', a, 'broken'],
        ['k', a, 'broken'],
      ],
      2,
    ],
    [
      'that is small',
      [
        ['k', 'a'],
        ['k', 'a'],
      ],
      2,
    ],
    [
      'that is large',
      [
        ['k', a.repeat(100)],
        ['k', a.repeat(100)],
      ],
      2,
    ],
  ] as const)('%s', (_, answers, times) => {
    expect(reads(answers)).toBe(times);
  });

  it('is forgotten where there is no more room', () => {
    const large = 'x'.repeat(100_000);
    const many = Array.from({ length: 12 }, (_, index) => [`k${index}`, large] as const);
    expect(reads([...many, ['k0', large], ['k11', large]])).toBe(13);
  });
});

it('an error is no value', () => {
  const recall = new Recall();
  let count = 0;
  const failing = () => {
    count += 1;
    return new TypeError('no');
  };
  expect(recall.read('k', Buffer.from(a), failing)).toBeInstanceOf(TypeError);
  expect(recall.read('k', Buffer.from(a), failing)).toBeInstanceOf(TypeError);
  expect(count).toBe(2);
});
