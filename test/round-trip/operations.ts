import { type Dialect, type Documents, isObject, type Place, part, parts, Unresolvable } from './documents.ts';
import type { Style } from './style-decoder.ts';

export interface WrittenParameter extends Style {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  /** The parameter is a text of this media type. */
  readonly content: string | undefined;
  readonly schema: Place | undefined;
}

export interface WrittenContent {
  readonly mediaType: string;
  readonly schema: Place | undefined;
  /** Of a sequence, as OpenAPI 3.2 has it. */
  readonly itemSchema?: Place | undefined;
  /** Of a form, by property. */
  readonly styles: ReadonlyMap<string, Style & { readonly json: boolean }>;
  /** Of parts, by property: the content type that they must have. */
  readonly types?: ReadonlyMap<string, string>;
}

export interface WrittenOperation {
  readonly parameters: readonly WrittenParameter[];
  readonly body: { readonly required: boolean; readonly contents: readonly WrittenContent[] } | undefined;
  readonly responses: readonly { readonly status: string; readonly contents: readonly WrittenContent[] }[];
}

/** Does the document describe anything that can be asked? */
export function hasOperations(documents: Documents, file: string): boolean {
  const paths = part(documents.root(file), 'paths');
  const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'query', 'additionalOperations', '$ref'];
  return parts(paths && documents.deref(paths)).some(item => methods.some(method => part(item, method)));
}

/** An operation as its document writes it, by method and template; undefined where there is none. */
export function operationAt(
  documents: Documents,
  file: string,
  method: string,
  template: string,
): WrittenOperation | undefined {
  const root = documents.root(file);
  const paths = part(root, 'paths');
  for (const entry of parts(paths && documents.deref(paths))) {
    if (plain(entry.key) !== plain(template)) continue;
    for (const owner of [entry, documents.deref(entry)]) {
      const written = part(owner, method.toLowerCase()) ?? part(part(owner, 'additionalOperations') ?? owner, method);
      if (written) return read(documents, documents.dialect(file), root, owner, documents.deref(written));
    }
  }
  return undefined;
}

/** Routers' own marks in placeholders (`{;id*}`, `{id:[0-9]+}`) are no part of the name. */
function plain(template: string): string {
  return template.replace(/^(?!\/)/, '/').replace(/\{[.;?/#&+]?([^{}:]*?)[*+]?(?::[^{}]*)?\}/g, '{$1}');
}

function read(documents: Documents, dialect: Dialect, root: Place, item: Place, operation: Place): WrittenOperation {
  const parameters = new Map<string, Place>();
  for (const owner of [item, operation])
    for (const entry of parts(part(owner, 'parameters'))) {
      const parameter = documents.deref(entry);
      parameters.set(`${text(parameter, 'in')} ${text(parameter, 'name')}`, parameter);
    }
  const all = [...parameters.values()];
  const responses = parts(part(operation, 'responses')).filter(({ key }) => !key.startsWith('x-'));
  if (dialect === '2.0') {
    const produces = mediaTypes(root, operation, 'produces');
    return {
      parameters: all.filter(place => !['body', 'formData'].includes(text(place, 'in'))).map(readParameter2),
      body: readBody2(all, mediaTypes(root, operation, 'consumes')),
      responses: responses.map(entry => {
        const schema = part(documents.deref(entry), 'schema');
        return {
          status: entry.key,
          contents: schema ? produces.map(mediaType => ({ mediaType, schema, styles: new Map() })) : [],
        };
      }),
    };
  }
  const body = part(operation, 'requestBody');
  const resolved = body && documents.deref(body);
  return {
    parameters: all.map(place => readParameter3(documents, place)),
    body: resolved && { required: value(resolved, 'required') === true, contents: contentsOf(documents, resolved) },
    responses: responses.map(entry => ({ status: entry.key, contents: contentsOf(documents, documents.deref(entry)) })),
  };
}

function contentsOf(documents: Documents, owner: Place): WrittenContent[] {
  return parts(part(owner, 'content')).map(entry => {
    const media = documents.deref(entry);
    const styles = parts(part(media, 'encoding')).flatMap(encoding => {
      const hasStyle = ['style', 'explode', 'allowReserved'].some(key => part(encoding, key));
      const json = !hasStyle && /json/.test(text(encoding, 'contentType'));
      return hasStyle || json ? [[encoding.key, { ...styleOf(encoding, 'query'), json }] as const] : [];
    });
    const types = parts(part(media, 'encoding')).flatMap(encoding => {
      const hasStyle = ['style', 'explode', 'allowReserved'].some(key => part(encoding, key));
      const type = text(encoding, 'contentType');
      return hasStyle || type === '' || /[*,]/.test(type) ? [] : [[encoding.key, type] as const];
    });
    return {
      mediaType: entry.key,
      schema: part(media, 'schema'),
      itemSchema: part(media, 'itemSchema'),
      styles: new Map(styles),
      types: new Map(types),
    };
  });
}

/** OpenAPI 3.2, 4.12.2.1: `form` for query and cookie, `simple` for path and header; `form` and `cookie` explode by themselves. */
function styleOf(place: Place, where: string): Style {
  const style =
    text(place, 'style') || (where === 'query' || where === 'cookie' || where === 'querystring' ? 'form' : 'simple');
  const explode = value(place, 'explode');
  return { style, explode: typeof explode === 'boolean' ? explode : style === 'form' || style === 'cookie' };
}

function readParameter3(documents: Documents, place: Place): WrittenParameter {
  const where = text(place, 'in');
  const [content] = contentsOf(documents, place);
  return {
    name: text(place, 'name'),
    in: where,
    required: value(place, 'required') === true,
    content: content?.mediaType,
    schema: content ? content.schema : part(place, 'schema'),
    ...styleOf(place, where),
  };
}

function readParameter2(place: Place): WrittenParameter {
  return {
    name: text(place, 'name'),
    in: text(place, 'in'),
    required: value(place, 'required') === true,
    content: undefined,
    schema: place,
    ...styleOf2(place),
  };
}

/** Swagger 2.0, `collectionFormat`. */
function styleOf2(place: Place): Style {
  const styles: Record<string, string> = { ssv: 'spaceDelimited', tsv: 'tabDelimited', pipes: 'pipeDelimited' };
  const format = text(place, 'collectionFormat');
  const isPair = ['query', 'formData'].includes(text(place, 'in'));
  return { style: styles[format] ?? (isPair ? 'form' : 'simple'), explode: format === 'multi' };
}

function readBody2(parameters: readonly Place[], consumes: readonly string[]): WrittenOperation['body'] {
  const body = parameters.find(place => text(place, 'in') === 'body');
  const styles = new Map<string, Style & { json: boolean }>();
  if (body) {
    const contents = consumes.map(mediaType => ({ mediaType, schema: part(body, 'schema'), styles }));
    return { required: value(body, 'required') === true, contents };
  }
  const fields = parameters.filter(place => text(place, 'in') === 'formData');
  if (fields.length === 0) return undefined;
  const properties = Object.fromEntries(
    fields.map(({ value: field }) => [
      text({ value: field, file: '', pointer: '' }, 'name'),
      without(field, 'required'),
    ]),
  );
  const required = fields.filter(field => value(field, 'required') === true).map(field => text(field, 'name'));
  for (const field of fields) styles.set(text(field, 'name'), { ...styleOf2(field), json: false });
  const schema = {
    value: { type: 'object', properties, required },
    file: fields[0]!.file,
    pointer: `${fields[0]!.pointer}#form`,
  };
  const isFile = fields.some(field => text(field, 'type') === 'file');
  const forms = isFile ? ['multipart/form-data'] : consumes.filter(type => /form/.test(type));
  return {
    required: required.length > 0,
    contents: (forms.length > 0 ? forms : ['application/x-www-form-urlencoded']).map(mediaType => ({
      mediaType,
      schema,
      styles,
    })),
  };
}

function without(record: unknown, key: string): Record<string, unknown> {
  const copy = isObject(record) ? { ...record } : {};
  delete copy[key];
  return copy;
}

function mediaTypes(root: Place, operation: Place, keyword: string): string[] {
  const list = parts(part(operation, keyword) ?? part(root, keyword)).map(({ value: type }) => String(type));
  return list.length > 0 ? list : ['application/json'];
}

function value(place: Place, key: string): unknown {
  return part(place, key)?.value;
}

function text(place: Place, key: string): string {
  const found = value(place, key);
  if (isObject(found)) throw new Unresolvable(`${key} is no text`);
  return found === undefined || found === null ? '' : String(found);
}
