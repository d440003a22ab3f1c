import { LRUCache } from 'lru-cache';

interface Recalled {
  readonly body: Buffer;
  readonly value: unknown;
}

/** Of all the bodies that one source's answers are recalled by. What was read of them takes some ten times as much. */
const maxBytes = 1024 * 1024;
const maxAnswers = 1_000;
/** Larger ones would leave no room for others. */
const maxBodyBytes = maxBytes / 8;
/** Smaller ones are parsed sooner than compared and kept. */
const leastBodyBytes = 1_024;

/**
 * What was read of a backend's last answers. The backend is asked each time all the same; but where it answers byte for byte as it did
 * before, the same value need not be read again. Values are shared between requests: whoever gets one only reads it (`CallContext.onlyReads`).
 */
export class Recall {
  readonly #answers = new LRUCache<string, Recalled>({
    max: maxAnswers,
    maxSize: maxBytes,
    sizeCalculation: ({ body }, key) => body.length + key.length + 1,
  });

  /**
   * What `read` makes of a body, or made of these very bytes before. `key` tells what was asked and how its answer is read; `faulty` is to be
   * called for each part that breaks the contract: such an answer is not kept.
   */
  read(key: string, body: Buffer, read: (faulty: () => void) => unknown): unknown {
    let isSound = body.length >= leastBodyBytes && body.length <= maxBodyBytes;
    const known = isSound ? this.#answers.get(key) : undefined;
    if (known?.body.equals(body)) return known.value;
    const value = read(() => {
      isSound = false;
    });
    if (!isSound || typeof value !== 'object' || value === null || value instanceof Error) return value;
    // A copy: what came from a socket is a part of something larger.
    this.#answers.set(key, { body: Buffer.from(body), value });
    return value;
  }
}
