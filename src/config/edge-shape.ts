import type { z } from 'zod';
import type { EdgeOptions } from '../edge/edge-options.ts';
import type { ConfigTree } from './config-tree.ts';
import { identityShape } from './identity-shape.ts';
import { rateLimitsShape, readRateLimits } from './rate-limits-shape.ts';
import { readIdentity } from './read-identity.ts';
import { readTrustedDocuments } from './read-trusted-documents.ts';
import { trustedDocumentsShape } from './trusted-documents-shape.ts';

/** The top-level sections of `selvage.yaml` that speak of the edge. */
export const edgeShape = {
  identity: identityShape,
  trustedDocuments: trustedDocumentsShape,
  rateLimits: rateLimitsShape,
} as const;

/** The sections as they are written, each checked by its shape. */
export type WrittenEdge = { readonly [K in keyof typeof edgeShape]: z.output<(typeof edgeShape)[K]> };

/**
 * The edge's options of what is written: files that it names are read (relative to `folder`), and what does not go together is told to the
 * tree.
 */
export async function readEdge(written: WrittenEdge, folder: string, tree: ConfigTree): Promise<EdgeOptions> {
  return {
    identity: await readIdentity(written.identity, folder, tree),
    trustedDocuments: await readTrustedDocuments(written.trustedDocuments, folder, tree),
    rateLimits: readRateLimits(written.rateLimits, tree),
  };
}
