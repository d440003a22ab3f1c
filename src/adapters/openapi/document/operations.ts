import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord } from '../../../base/json.ts';
import { camelName, shortHash, uniqueNames } from '../../../base/names.ts';
import { token } from '../../../base/token.ts';
import type { Located, OpenApiDocument } from './document.ts';
import type { OperationSite } from './operation.ts';
import { text } from './operation-parts.ts';
import { child, children, type Resolver } from './resolver.ts';

const methods: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'query']);

/** What is asked with these is how to ask: no field could tell it. */
const silent: ReadonlySet<string> = new Set(['options', 'trace']);

/**
 * Every operation of the document, in its order: path x method. OPTIONS, TRACE and a HEAD beside a GET say nothing that a field could
 * tell: they are left out, and that is told.
 */
export function sitesOf(document: OpenApiDocument, resolver: Resolver): OperationSite[] {
  const paths = child(resolver.root, 'paths');
  return children(paths && resolver.deref(paths)).flatMap(entry => {
    if (entry.key.startsWith('x-')) return [];
    const isRooted = entry.key.startsWith('/');
    if (!isRooted) resolver.report(rootless(document, entry));
    const path = isRooted ? entry.key : `/${entry.key.trim().replace(/^\//, '')}`;
    const owners = resolver.hops(entry); // what stands beside a reference goes before it
    const found = new Map<string, OperationSite>();
    for (const owner of owners) {
      if (!isRecord(owner.value)) resolver.report(nothing('path item', owner));
      const unknown = children(owner).flatMap(({ key }) => (isMethodInCapitals(key) ? [key] : []));
      if (unknown.length > 0) resolver.report(inCapitals(unknown, owner));
      for (const { key, pointer } of children(owner)) {
        if (silent.has(key)) resolver.report(saysNothing(key.toUpperCase(), [owner.address, pointer]));
      }
      for (const { place, method, written } of operationsIn(owner)) {
        if (!isAskable(method)) {
          resolver.report(notAskable(method, written));
          continue;
        }
        const operation = resolver.deref(written);
        if (operation && !isRecord(operation.value)) resolver.report(nothing('operation', written));
        if (found.has(place) || !isRecord(operation?.value)) continue;
        const at = [document.address, `${entry.pointer}/${place}`] as const;
        found.set(place, { method, path, at, operation, pathItems: owners });
      }
    }
    const head = found.has('get') ? found.get('head') : undefined;
    if (head) {
      found.delete('head');
      resolver.report(saysNothing('HEAD beside a GET', head.at));
    }
    return [...found.values()];
  });
}

function isMethodInCapitals(key: string): boolean {
  return !methods.has(key) && methods.has(key.toLowerCase());
}

/** RFC 9110, 9.1: a token; and neither of those that a connection, or nobody, answers. */
function isAskable(method: string): boolean {
  return token.test(method) && !/^(connect|trace)$/i.test(method);
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
  const ids = countsOf(sites, idOf);
  const places = countsOf(sites, placeOf);
  const keys = new Map<OperationSite, string>();
  const wanted = new Map<string, string>();
  for (const site of sites) {
    const id = idOf(site);
    const place = placeOf(site);
    const isShared = id !== '' && ids.get(id)! > 1;
    const written = places.get(place)! > 1 ? `\n${site.at[1]}` : ''; // `/x` and `x` are one path
    const key = id === '' || isShared ? `${place}\n${id}${written}` : id; // no id has a line break, or it is one of its own
    keys.set(site, key);
    wanted.set(key, isShared ? `${camelName(id)}_${shortHash(place)}` : id === '' ? nameOfPlace(site) : camelName(id));
    if (isShared) report(duplicate(id, site));
  }
  const names = uniqueNames(wanted.keys(), key => wanted.get(key)!);
  for (const [site, key] of keys)
    if (names.get(key) !== wanted.get(key)) report(collision(wanted.get(key)!, names.get(key)!, site));
  return new Map(sites.map(site => [site, names.get(keys.get(site)!)!]));
}

function countsOf(sites: readonly OperationSite[], of: (site: OperationSite) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const site of sites) counts.set(of(site), (counts.get(of(site)) ?? 0) + 1);
  return counts;
}

function placeOf({ method, path }: OperationSite): string {
  return `${method} ${path}`;
}

/** The empty text where there is none. */
function idOf({ operation }: OperationSite): string {
  return text(operation.value, 'operationId') ?? '';
}

function nameOfPlace({ method, path }: OperationSite): string {
  return camelName(`${method.toLowerCase()} ${spokenPath(path)}`);
}

/** `/users/{id}/posts` -> ` users by id posts`. */
export function spokenPath(path: string): string {
  return path.replace(/\{([^{}]*)\}/g, ' by $1 ');
}

function nothing(what: string, { address, pointer }: Located): Diagnostic {
  const message = `What stands here is no ${what}; it is left out.`;
  return { severity: 'warning', code: 'DOCUMENT_INVALID', message, at: [address, pointer] };
}

function saysNothing(what: string, at: readonly string[]): Diagnostic {
  const message = `${what} says nothing that a field could tell; the operation is left out.`;
  return { severity: 'note', code: 'OPERATION_NOT_SUPPORTED', message, at };
}

function notAskable(method: string, { address, pointer }: Located): Diagnostic {
  return {
    severity: 'warning',
    code: 'OPERATION_NOT_SUPPORTED',
    message: `${JSON.stringify(method.slice(0, 40))} is no method that a backend can be asked with; the operation is left out.`,
    at: [address, pointer],
  };
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
    message: `The operationId "${id.slice(0, 100)}" is used more than once; this operation's field is told apart by its method and path.`,
    at: site.at,
    hint: 'Give each operation an id of its own.',
  };
}

function collision(wanted: string, name: string, site: OperationSite): Diagnostic {
  return {
    severity: 'note',
    code: 'NAME_COLLISION',
    message: `Another operation's field is called ${wanted}; this one's is ${name}.`,
    at: site.at,
    hint: 'Give the operation an id of its own.',
  };
}
