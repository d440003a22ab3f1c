import { upperFirst } from '../../../base/names.ts';
import type { InboundContent } from '../call/call.ts';
import type { Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import type { InboundSite } from '../document/inbound-sites.ts';
import { operationReader3 } from '../document/openapi3.ts';
import type { Operation } from '../document/operation.ts';
import type { Resolver } from '../document/resolver.ts';
import { printedShape } from '../schemas/scalar-shapes.ts';
import type { TypeBuilder } from '../types/type-builder.ts';
import { chosenContent } from './choose-content.ts';
import { isOfOneType, readContent } from './read-content.ts';

/** What the backend sends by itself, as a subscription field has it. */
interface InboundEvent {
  readonly operation: Operation;
  /** The type of the field: of the body, or true where there is none. */
  readonly result: Shape;
  /** What the body may be; empty where there is none. */
  readonly contents: readonly InboundContent[];
  readonly schema?: Located;
}

const trueShape: Shape = { kind: 'scalar', scalar: 'Boolean' };

/** Undefined, and reported, where the body is none that can be read. */
export function describeInbound(
  site: InboundSite,
  name: string,
  resolver: Resolver,
  builder: TypeBuilder,
): InboundEvent | undefined {
  const { operation: written, pathItems, method, at } = site;
  const operation = operationReader3(resolver)({ method, path: '', at, operation: written, pathItems });
  const possible = operation.body?.contents ?? [];
  if (possible.length === 0) return { operation, result: trueShape, contents: [] };
  const main = chosenContent(possible, builder); // the sender chooses, but the type is that of one
  const typed = main ? [main, ...possible.filter(each => each !== main && isOfOneType(each, main, builder))] : [];
  const read = typed.map(content => ({
    mediaType: content.mediaType,
    ...readContent(content, site, `${upperFirst(name)}Event`, builder),
  }));
  const contents = read.filter(({ shape }) => printedShape(shape) === printedShape(read[0]!.shape));
  const unread = possible.filter(({ mediaType }) => contents.every(content => content.mediaType !== mediaType));
  if (unread.length > 0) {
    const types = unread.map(({ mediaType }) => mediaType).join(', ');
    const message = main
      ? `The event may come as ${types}, too, which is not read: its type is that of ${main.mediaType}.`
      : `The event comes as ${types}, which is not read: it is left out.`;
    builder.report({ severity: 'warning', code: 'CONSTRUCT_NOT_SUPPORTED', message, at });
  }
  if (!main || !read[0]) return undefined;
  return { operation, result: read[0].shape, contents, ...(main.schema ? { schema: main.schema } : {}) };
}
