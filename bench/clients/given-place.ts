import type { Place } from '../place.ts';

/** What the bench says to a server of its own: the place, as JSON. */
export const place = JSON.parse(process.argv[2] ?? '{}') as Omit<Place, 'folder'>;
