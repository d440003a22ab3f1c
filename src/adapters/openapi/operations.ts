import type { Diagnostic } from '../../base/diagnostic.ts';
import { isRecord } from '../../base/json.ts';
import { camelName, shortHash, uniqueNames } from '../../base/names.ts';
import type { Located, OpenApiDocument } from './document.ts';
import type { OperationSite } from './operation.ts';
import { text } from './operation-parts.ts';
import { child, children, type Resolver } from './resolver.ts';

const methods: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'query']);

/**
 * Every operation of the document, in its order: path x method, without OPTIONS, TRACE and a HEAD beside a GET, which say nothing that
 * a field could tell.
 */
export function sitesOf(document: OpenApiDocument, resolver: Resolver): OperationSite[] {
  const paths = child(resolver.root, 'paths');
  return children(paths && resolver.deref(paths)).flatMap(entry => {
    if (entry.key.startsWith('x-')) return [];
    const isRooted = entry.key.startsWith('/');
    if (!isRooted) resolver.report(rootless(document, entry));
    const path = isRooted ? entry.key : `/${entry.key}`;
    const target = resolver.deref(entry);
    const owners = target && target.value !== entry.value ? [entry, target] : [entry]; // what stands beside a reference goes before it
    const found = new Map<string, OperationSite>();
    for (const owner of owners) {
      const unknown = children(owner).flatMap(({ key }) => (isMethodInCapitals(key) ? [key] : []));
      if (unknown.length > 0) resolver.report(inCapitals(unknown, owner));
      for (const { place, method, written } of operationsIn(owner)) {
        const operation = resolver.deref(written);
        if (found.has(place) || !isRecord(operation?.value)) continue;
        const at = [document.address, `${entry.pointer}/${place}`] as const;
        found.set(place, { method, path, at, operation, pathItem: owner });
      }
    }
    if (found.has('get')) found.delete('head');
    return [...found.values()];
  });
}

function isMethodInCapitals(key: string): boolean {
  return !methods.has(key) && methods.has(key.toLowerCase());
}

/** By their place in the path item; those of 3.2's `additionalOperations` are called by their method as it is written. */
function operationsIn(pathItem: Located) {
  const known = children(pathItem).filter(({ key }) => methods.has(key));
  const additional = children(child(pathItem, 'additionalOperations'));
  return [
    ...known.map(written => ({ place: written.key, method: written.key.toUpperCase(), written })),
    ...additional.map(written => ({ place: `additionalOperations/${written.key}`, method: written.key, written })),
  ];
}

/** Field names: the operationId's words; without one, method and path (`GET /users/{id}/posts` -> `getUsersByIdPosts`). */
export function operationNames(
  sites: readonly OperationSite[],
  report: (diagnostic: Diagnostic) => void,
): Map<OperationSite, string> {
  const byKey = new Map<string, OperationSite>();
  const ids = new Map<string, string>();
  for (const site of sites) {
    const id = text(site.operation.value, 'operationId');
    const place = `${site.method} ${site.path}`;
    const key = id === undefined || id === '' ? place : byKey.has(id) ? `${id}\n${place}` : id;
    byKey.set(key, site);
    ids.set(key, id === undefined || id === '' ? nameOfPlace(site) : camelName(id));
    if (key !== id && id) report(duplicate(id, site));
  }
  const names = uniqueNames(byKey.keys(), key => plain(key, ids));
  for (const [key, name] of names)
    if (name !== plain(key, ids) && !key.includes('\n')) report(collision(name, byKey.get(key)!));
  return new Map([...names].map(([key, name]) => [byKey.get(key)!, name]));
}

/** A repeated id is told apart by its place. */
function plain(key: string, ids: ReadonlyMap<string, string>): string {
  const [, place] = key.split('\n');
  return place === undefined ? ids.get(key)! : `${ids.get(key)}_${shortHash(place)}`;
}

function nameOfPlace({ method, path }: OperationSite): string {
  const spoken = path.replace(/\{([^{}]*)\}/g, ' by $1 ');
  return camelName(`${method.toLowerCase()} ${spoken}`);
}

function rootless(document: OpenApiDocument, entry: Located): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: 'The path does not begin with a slash; it is taken as if it did.',
    at: [document.address, entry.pointer],
  };
}

function inCapitals(names: readonly string[], pathItem: Located): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: `Methods that are not in small letters are no operations, and are left out: ${names.join(', ')}.`,
    at: [pathItem.address, pathItem.pointer],
    hint: `Write ${names.map(name => `\`${name.toLowerCase()}\``).join(', ')}.`,
  };
}

function duplicate(id: string, site: OperationSite): Diagnostic {
  return {
    severity: 'warning',
    code: 'NAME_COLLISION',
    message: `The operationId "${id}" is used more than once; this operation's field is told apart by its method and path.`,
    at: site.at,
    hint: 'Give each operation an id of its own.',
  };
}

function collision(name: string, site: OperationSite): Diagnostic {
  return {
    severity: 'note',
    code: 'NAME_COLLISION',
    message: `Another operation's id makes the same field name; this one's is "${name}".`,
    at: site.at,
  };
}
