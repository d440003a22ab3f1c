import { scrypt, timingSafeEqual } from 'node:crypto';
import type { ScryptHash } from './identity-options.ts';

/** Bytes that one hash may need: whoever writes the file decides what each wrong password costs. */
const maxMemory = 64 * 1024 * 1024;

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d)\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/;

/** Reads `$scrypt$ln=15,r=8,p=1$salt$hash`, salt and hash in base64 without padding; undefined where it is none, or too costly. */
export function parseHash(text: string): ScryptHash | undefined {
  const [, ln, r, p, salt, hash] = form.exec(text) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const parsed = { logN: Number(ln), r: Number(r), p: Number(p), salt, hash };
  const isSound = parsed.logN >= 10 && parsed.r >= 1 && parsed.p >= 1 && parsed.p <= 4 && memoryOf(parsed) <= maxMemory;
  return isSound ? parsed : undefined;
}

/** RFC 7914, 2: about what the big array takes. */
function memoryOf({ logN, r }: ScryptHash): number {
  return 128 * r * 2 ** logN;
}

/** Takes tens of milliseconds, on a thread of its own. */
export function isPassword(password: string, known: ScryptHash): Promise<boolean> {
  const expected = Buffer.from(known.hash, 'base64');
  const cost = { N: 2 ** known.logN, r: known.r, p: known.p, maxmem: 2 * maxMemory };
  return new Promise((resolve, reject) => {
    scrypt(password, Buffer.from(known.salt, 'base64'), expected.length, cost, (error, derived) => {
      if (error) reject(error);
      else resolve(timingSafeEqual(derived, expected));
    });
  });
}
