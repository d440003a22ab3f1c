import type { Source } from './source.ts';

/** A source as the configuration declares it: its protocol may be left to be told from the document. */
export type DeclaredSource = Omit<Source, 'protocol'> & { readonly protocol?: string };
