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

  /** Undefined where nothing was read of these very bytes. `key` tells what was asked, and how its answer is read. */
  of(key: string, body: Buffer): unknown {
    const known = this.#answers.get(key);
    return known?.body.equals(body) ? known.value : undefined;
  }

  keep(key: string, body: Buffer, value: unknown): void {
    // A copy: what came from a socket is a part of something larger.
    if (body.length <= maxBodyBytes) this.#answers.set(key, { body: Buffer.from(body), value });
  }
}
