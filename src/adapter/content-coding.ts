import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

/** Decoded bytes up to which nothing is made of how little they came from. */
export const ratioFreeBytes = 1024 * 1024;
export const maxRatio = 100;
const maxLayers = 2;

export class AnswerTooLarge extends Error {}
class AnswerUndecodable extends Error {}

/** RFC 9110, 8.4: the content codings in the order they were applied. `none` is none of them, but many servers of streams write it. */
export function codingsOf(encoding: string): readonly string[] {
  return encoding
    .toLowerCase()
    .split(',')
    .map(coding => coding.trim())
    .filter(coding => coding !== '' && coding !== 'identity' && coding !== 'none');
}

/** Undone from the last. */
export function decodersOf(codings: readonly string[]): Transform[] {
  if (codings.length > maxLayers) throw new AnswerUndecodable(`${codings.length} content codings`);
  return codings.toReversed().map(coding => {
    if (coding === 'gzip' || coding === 'x-gzip') return createGunzip();
    if (coding === 'deflate') return createInflate();
    if (coding === 'br') return createBrotliDecompress();
    throw new AnswerUndecodable(`content coding "${coding}"`);
  });
}
