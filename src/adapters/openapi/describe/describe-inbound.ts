import { upperFirst } from '../../../base/names.ts';
import type { ScalarShape, Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import type { InboundSite } from '../document/inbound-sites.ts';
import { isJson, isPlainJson, preferred } from '../document/media-types.ts';
import { operationReader3 } from '../document/openapi3.ts';
import type { Operation } from '../document/operation.ts';
import type { Resolver } from '../document/resolver.ts';
import type { TypeBuilder } from '../types/type-builder.ts';

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
  const operation = operationReader3(resolver)({ method, path: '', at, operation: written, pathItem });
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
