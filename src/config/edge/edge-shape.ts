import type { z } from 'zod';
import type { AdmissionOptions } from '../../edge/admission/admission-options.ts';
import type { EdgeOptions } from '../../edge/edge-options.ts';
import type { ConfigTree } from '../config-tree.ts';
import { authorizationShape, readAuthorization } from './authorization-shape.ts';
import { identityShape } from './identity-shape.ts';
import { checkPipeline, pipelineShape } from './pipeline-shape.ts';
import { rateLimitsShape, readRateLimits } from './rate-limits-shape.ts';
import { readIdentity } from './read-identity.ts';
import { readTrustedDocuments } from './read-trusted-documents.ts';
import { readResponses, responsesShape } from './responses-shape.ts';
import { subscriptionsShape } from './subscriptions-shape.ts';
import { traceShape } from './trace-shape.ts';
import { trustedDocumentsShape } from './trusted-documents-shape.ts';

/** The top-level sections of `selvage.yaml` that speak of the edge. */
export const edgeShape = {
  identity: identityShape,
  trustedDocuments: trustedDocumentsShape,
  authorization: authorizationShape,
  rateLimits: rateLimitsShape,
  pipeline: pipelineShape,
  responses: responsesShape,
  subscriptions: subscriptionsShape,
  trace: traceShape.exactOptional(),
} as const;

/** The sections as they are written, each checked by its shape; and what `gateway` says of the edge. */
export type WrittenEdge = Pick<z.output<z.ZodObject<typeof edgeShape>>, keyof typeof edgeShape> & {
  readonly gateway: { readonly admission: AdmissionOptions };
};

/**
 * The edge's options of what is written: files that it names are read (relative to `folder`), and what does not go together is told to the
 * tree.
 */
export async function readEdge(written: WrittenEdge, folder: string, tree: ConfigTree): Promise<EdgeOptions> {
  checkPipeline(written.pipeline, tree);
  return {
    identity: await readIdentity(written.identity, folder, tree),
    trustedDocuments: await readTrustedDocuments(written.trustedDocuments, folder, tree),
    authorization: readAuthorization(written.authorization, tree),
    rateLimits: readRateLimits(written.rateLimits, tree),
    pipeline: written.pipeline,
    admission: written.gateway.admission,
    responses: readResponses(written.responses, tree),
    subscriptions: written.subscriptions,
    ...(written.trace === undefined ? {} : { trace: written.trace }),
  };
}
