import { upperFirst } from '../../base/names.ts';
import type { Located } from './document.ts';
import type { InboundSite } from './inbound-sites.ts';
import { isJson, isPlainJson, preferred } from './media-types.ts';
import { readOperation3 } from './openapi3.ts';
import type { Operation } from './operation.ts';
import type { Resolver } from './resolver.ts';
import type { ScalarShape, Shape } from './shape.ts';
import type { TypeBuilder } from './type-builder.ts';

/** What the backend sends by itself, as a subscription field has it. */
interface InboundEvent {
  readonly operation: Operation;
  /** The type of the field: of the body, or true where there is none. */
  readonly result: Shape;
  /** Of the body; absent where there is none. */
  readonly shape?: Shape;
  readonly schema?: Located;
}

const trueShape: ScalarShape = { kind: 'scalar', scalar: 'Boolean' };

/** Undefined, and reported, where the body is none that can be read. */
export function describeInbound(
  site: InboundSite,
  name: string,
  resolver: Resolver,
  builder: TypeBuilder,
): InboundEvent | undefined {
  const { operation: written, pathItem, method, at } = site;
  const operation = readOperation3({ method, path: '', at, operation: written, pathItem }, resolver);
  const contents = operation.body?.contents ?? [];
  if (contents.length === 0) return { operation, result: trueShape };
  const content = preferred(contents, [isPlainJson, isJson]);
  if (!content) {
    builder.report({
      severity: 'warning',
      code: 'CONSTRUCT_NOT_SUPPORTED',
      message: `The event comes as ${contents.map(({ mediaType }) => mediaType).join(', ')}; only JSON is read.`,
      at,
    });
    return undefined;
  }
  const { schema } = content;
  if (!schema) {
    const shape: Shape = { kind: 'scalar', scalar: 'JSON', open: true };
    return { operation, result: shape, shape };
  }
  const { shape } = builder.read(schema, {
    direction: 'output',
    called: () => `${upperFirst(name)}Event`,
    whole: true,
  });
  return { operation, result: shape, shape, schema };
}
