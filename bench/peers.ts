import type { System } from './systems.ts';

/** The other makers' gateways, where `npm run bench:peers` has installed them. */
export async function peers(): Promise<readonly System[]> {
  return [];
}
