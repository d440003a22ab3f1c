import { setFlagsFromString } from 'node:v8';

/** Node.js 20's. Later ones compile what is warm by Maglev first, which costs little, and have other flags. */
const isV8Eleven = process.versions.v8.startsWith('11.');

/**
 * Lets V8 optimize later than it does by itself, for a process that reads documents: nearly all code runs for a second or less then, and
 * compiling it took as much of the processor as running it (ADR 24).
 */
export function optimizeLate(): void {
  if (isV8Eleven) setFlagsFromString('--interrupt-budget=600000');
}

/** Lets V8 optimize when it does by itself, for a process that serves. */
export function optimizeAsUsual(): void {
  if (isV8Eleven) setFlagsFromString('--interrupt-budget=67584');
}
