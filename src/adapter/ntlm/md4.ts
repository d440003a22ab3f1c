/**
 * The MD4 digest (RFC 1320), which NTLM makes of a password and Node.js no longer has. It protects nothing by itself: what is made of it is
 * worth as much as the password.
 */
export function md4(message: Uint8Array): Buffer {
  const words = padded(message);
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  for (let block = 0; block < words.length; block += 16) {
    const [aa, bb, cc, dd] = [a, b, c, d];
    for (const { mix, added, order, shifts } of rounds) {
      for (let step = 0; step < 16; step += 1) {
        const word = words[block + order[step]!]!; // each block has 16
        const sum = (a + mix(b, c, d) + word + added) | 0;
        const turned = rotated(sum, shifts[step % 4]!); // there are four
        [a, b, c, d] = [d, turned, b, c];
      }
    }
    [a, b, c, d] = [(a + aa) | 0, (b + bb) | 0, (c + cc) | 0, (d + dd) | 0];
  }
  const digest = Buffer.alloc(16);
  for (const [index, word] of [a, b, c, d].entries()) digest.writeInt32LE(word | 0, index * 4);
  return digest;
}

/** RFC 1320, 3.4. */
const rounds = [
  {
    mix: (x: number, y: number, z: number) => (x & y) | (~x & z),
    added: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (x: number, y: number, z: number) => (x & y) | (x & z) | (y & z),
    added: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (x: number, y: number, z: number) => x ^ y ^ z,
    added: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
] as const;

/** RFC 1320, 3.1 and 3.2: to whole blocks of 16 words, the last two of which tell the length in bits. */
function padded(message: Uint8Array): Int32Array {
  const words = new Int32Array(((message.length + 8) >> 6) * 16 + 16);
  for (const [at, byte] of message.entries()) words[at >> 2]! |= byte << ((at % 4) * 8);
  words[message.length >> 2]! |= 0x80 << ((message.length % 4) * 8);
  words[words.length - 2] = message.length << 3;
  words[words.length - 1] = message.length >>> 29;
  return words;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
