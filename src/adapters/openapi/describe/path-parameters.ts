import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { OperationSite, Parameter } from '../document/operation.ts';

interface Template {
  readonly path: string;
  readonly parameters: readonly Parameter[];
}

/** The path of an operation, of which every placeholder is one of the parameters, and all of its parameters. */
export function pathParameters(
  site: OperationSite,
  declared: readonly Parameter[],
  report: (diagnostic: Diagnostic) => void,
): Template {
  const complain = (message: string, hint?: string) =>
    report({ severity: 'warning', code: 'DOCUMENT_INVALID', message, at: site.at, ...(hint ? { hint } : {}) });
  const asked = withoutQuery(plainPath(site.path, declared), declared, complain);
  return { path: asked.path, parameters: withUndeclared(asked, complain) };
}

/**
 * Routers write more into a placeholder than its name: the operators of RFC 6570 (`{;id*}`), a rest (`{path+}`), a pattern (`{id:[0-9]+}`);
 * or have another syntax for it (`/:id`). Where the name alone is declared, it stands alone.
 */
function plainPath(path: string, declared: readonly Parameter[]): string {
  const names = new Set(declared.flatMap(parameter => (parameter.in === 'path' ? [parameter.name] : [])));
  const plain = path.replace(/\{([^{}]*)\}/g, (whole, written: string) => {
    const name = written.replace(/^[.;?/#&+]|[*+]$|:.*$/g, '');
    return !names.has(written) && names.has(name) ? `{${name}}` : whole;
  });
  return plain.replace(/(?<=\/):([^/:{}]+)(?=\/|$)/g, (whole, name: string) =>
    names.has(name) && !plain.includes(`{${name}}`) ? `{${name}}` : whole,
  );
}

/**
 * OpenAPI has no placeholders behind the `?` of a path. Where they are written (`/search?q={term}`), each is a parameter of the query: the
 * one that is declared so, or in the path, or a text.
 */
function withoutQuery(
  path: string,
  declared: readonly Parameter[],
  complain: (message: string, hint: string) => void,
): Template {
  const [, route = path, query = '', rest = ''] = /^([^?#]*)\?([^#]*)(.*)$/.exec(path) ?? [];
  const written = query.split('&').map(text => ({ text, asked: placeholderOf(text) }));
  /** By the name in the query. */
  const moved = new Map<string, string>();
  for (const { asked } of written) if (asked && !moved.has(asked[0])) moved.set(...asked);
  if (moved.size === 0) return { path, parameters: declared };
  complain(
    `The path has a query with placeholders; each is taken as one parameter of the query: ${[...moved.keys()].join(', ')}.`,
    'Declare them with `in: query`.',
  );
  const isIn = (place: Parameter['in'], wanted: string) => (parameter: Parameter) =>
    parameter.in === place && parameter.name === wanted;
  const added = [...moved].flatMap(([key, name]): Parameter[] => {
    if (declared.some(isIn('query', key))) return [];
    const found = declared.find(isIn('path', name)) ?? undeclared(name);
    return [{ ...found, name: key, in: 'query', style: styleInQuery.get(found.style) ?? found.style }];
  });
  const names = new Set(moved.values());
  const isMoved = ({ in: place, name }: Parameter) =>
    place === 'path' && names.has(name) && !route.includes(`{${name}}`);
  const kept = written.flatMap(({ text, asked }) => (asked ? [] : [text]));
  return {
    path: `${route}${kept.length > 0 ? '?' : ''}${kept.join('&')}${rest}`,
    parameters: [...declared.filter(parameter => !isMoved(parameter)), ...added],
  };
}

/** Of `q={term}`: what it is called in the query, and in the document. */
function placeholderOf(text: string): readonly [key: string, name: string] | undefined {
  const [[key = '', value = ''] = []] = new URLSearchParams(text);
  const name = /^\{([^{}]+)\}$/.exec(value)?.[1];
  return key !== '' && name !== undefined ? [key, name] : undefined;
}

/** Those of a path that a query has not. */
const styleInQuery: ReadonlyMap<Parameter['style'], Parameter['style']> = new Map([
  ['simple', 'form'],
  ['label', 'form'],
  ['matrix', 'form'],
]);

/** The template is the law: what it names is an argument, declared or not, and what it does not name is none. */
function withUndeclared(
  { path, parameters: declared }: Template,
  complain: (message: string) => void,
): readonly Parameter[] {
  const wanted = new Set([...path.matchAll(/\{([^{}]*)\}/g)].map(match => match[1]!));
  const isNamed = (parameter: Parameter) => parameter.in !== 'path' || wanted.has(parameter.name);
  const surplus = declared.filter(parameter => !isNamed(parameter)).map(({ name }) => name);
  const missing = [...wanted].filter(
    name => !declared.some(parameter => parameter.in === 'path' && parameter.name === name),
  );
  if (surplus.length > 0) complain(`The path has no place for the parameter ${surplus.join(', ')}.`);
  if (missing.length > 0)
    complain(`The parameter ${missing.join(', ')} of the path is not declared; it is taken as text.`);
  return [...missing.map(undeclared), ...declared.filter(isNamed)];
}

function undeclared(name: string): Parameter {
  return {
    name,
    in: 'path',
    required: true,
    description: undefined,
    deprecated: false,
    schema: undefined,
    content: undefined,
    style: 'simple',
    explode: false,
  };
}
