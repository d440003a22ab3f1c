import { isRecord } from '../../../base/json.ts';
import { camelName, upperFirst } from '../../../base/names.ts';
import type { Located, OpenApiDocument } from './document.ts';
import type { OperationSite } from './operation.ts';
import { child, children, type Resolver } from './resolver.ts';

/** A request that the document says the backend makes of us. */
export interface InboundSite {
  /** The wish for a field name. */
  readonly name: string;
  /** In capitals. */
  readonly method: string;
  readonly operation: Located;
  readonly pathItems: readonly Located[];
  /** The document's address, then the place in it. */
  readonly at: readonly [address: string, pointer: string];
  /** Of a callback: the runtime expression that tells where it goes (OpenAPI 3.2, 4.18). */
  readonly expression?: string;
}

const methods: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch', 'query']);

/** OpenAPI 3.1 and 3.2 `webhooks`, and `x-webhooks` of older documents: a field each, called by its key. */
export function webhookSites(document: OpenApiDocument, resolver: Resolver): InboundSite[] {
  return ['webhooks', 'x-webhooks'].flatMap(keyword =>
    children(child(resolver.root, keyword)).flatMap(entry =>
      requestsOf(camelName(entry.key), entry, document, resolver),
    ),
  );
}

/** OpenAPI 3.x `callbacks` of an operation: a field each, called by the operation and the callback's key. */
export function callbackSites(
  site: OperationSite,
  operation: string,
  document: OpenApiDocument,
  resolver: Resolver,
): InboundSite[] {
  return children(child(site.operation, 'callbacks')).flatMap(entry => {
    const name = operation + upperFirst(camelName(entry.key));
    return children(resolver.deref(entry)).flatMap(item =>
      item.key.startsWith('x-')
        ? []
        : requestsOf(name, item, document, resolver).map(found => ({ ...found, expression: item.key })),
    );
  });
}

/** One for each method; the method is part of the name where there are several. */
function requestsOf(name: string, entry: Located, document: OpenApiDocument, resolver: Resolver): InboundSite[] {
  const pathItem = resolver.deref(entry);
  const found = children(pathItem).flatMap(({ key, ...written }) => {
    const operation = methods.has(key) ? resolver.deref(written) : undefined;
    return pathItem && isRecord(operation?.value) ? [{ key, operation, pathItems: [pathItem] }] : [];
  });
  return found.map(({ key, ...parts }) => ({
    ...parts,
    name: found.length > 1 ? name + upperFirst(key) : name,
    method: key.toUpperCase(),
    at: [document.address, `${entry.pointer}/${key}`],
  }));
}
