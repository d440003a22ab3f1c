import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord, own } from '../../../base/json.ts';
import type { FormEncoding, ParameterPlace, Serialisation } from '../call/call.ts';
import type { Located } from './document.ts';
import { oncePerPlace } from './once-per-place.ts';
import { headersOf, sharedName, unknownContent } from './openapi3.ts';
import type { Body, Operation, OperationSite, Parameter, Response } from './operation.ts';
import { descriptionOf, flag, type OwnedParameter, ownersOf, parametersOf, text } from './operation-parts.ts';
import { child, children, type Resolver } from './resolver.ts';

/** Reads operations of Swagger 2.0, in the terms of OpenAPI 3; parameters that several of them share, once. */
export function operationReader2(resolver: Resolver): (site: OperationSite) => Operation {
  const parameterOf = oncePerPlace(readParameter);
  return site => {
    const { operation } = site;
    const parameters = parametersOf(site, places, resolver);
    return {
      description: descriptionOf(operation.value),
      deprecated: flag(operation.value, 'deprecated'),
      parameters: parameters.filter(each => !isBody(each) && !isField(each)).map(parameterOf),
      body: readBody(site, parameters, mediaTypes('consumes', operation, resolver), resolver.report),
      responses: children(child(operation, 'responses')).flatMap(response =>
        readResponse(response, mediaTypes('produces', operation, resolver), resolver),
      ),
    };
  };
}

const places: ReadonlySet<string> = new Set(['path', 'query', 'header', 'formData', 'body']);

/** A parameter that is no body is its own schema: its type stands beside its name. */
function readParameter(parameter: Located): Parameter {
  const where = text(parameter.value, 'in') as ParameterPlace; // one of the places
  return {
    name: text(parameter.value, 'name') ?? '',
    in: where,
    required: where === 'path' || flag(parameter.value, 'required'),
    description: text(parameter.value, 'description'),
    deprecated: flag(parameter.value, 'x-deprecated'),
    schema: parameter,
    content: undefined,
    ...collectionFormat(parameter.value, where),
  };
}

/** Swagger 2.0, Parameter Object and Items Object, `collectionFormat`. */
function collectionFormat(value: unknown, place: ParameterPlace): Serialisation {
  const separators = separatorsWithin(value);
  const within = separators.length > 0 ? { within: separators } : {};
  const format = text(value, 'collectionFormat') ?? 'csv';
  if (format === 'ssv') return { style: 'spaceDelimited', explode: false, ...within };
  if (format === 'tsv') return { style: 'tabDelimited', explode: false, ...within };
  if (format === 'pipes') return { style: 'pipeDelimited', explode: false, ...within };
  if (place !== 'query') return { style: 'simple', explode: false, ...within };
  return { style: 'form', explode: format === 'multi', ...within };
}

const separators: ReadonlyMap<string, string> = new Map([
  ['ssv', ' '],
  ['tsv', '\t'],
  ['pipes', '|'],
]);

/** Of lists in the list, and of those in these; `multi` is for parameters alone. */
function separatorsWithin(list: unknown): string[] {
  const found: string[] = [];
  for (let items = itemsOf(list); text(items, 'type') === 'array'; items = itemsOf(items))
    found.push(separators.get(text(items, 'collectionFormat') ?? '') ?? ',');
  return found;
}

function itemsOf(list: unknown): unknown {
  return isRecord(list) ? own(list, 'items') : undefined;
}

function isBody({ value }: Located): boolean {
  return text(value, 'in') === 'body';
}

function isField({ value }: Located): boolean {
  return text(value, 'in') === 'formData';
}

/** What the operation says of its body goes before what its path says, and a body before a form. */
function readBody(
  site: OperationSite,
  parameters: readonly OwnedParameter[],
  consumes: readonly string[],
  report: Resolver['report'],
): Body | undefined {
  const told = ownersOf(site).flatMap(owner => {
    const here = parameters.filter(parameter => parameter.owner === owner);
    return [...here.filter(isBody), ...here.filter(isField)];
  });
  const [body] = told;
  if (!body) return undefined;
  const fields = parameters.filter(isField);
  const others = isField(body) ? told.filter(isBody) : [...told.filter(isBody).slice(1), ...fields.slice(0, 1)];
  for (const other of others) report(secondBody(other));
  if (isField(body)) return formBody(fields, consumes);
  const types = consumes.length > 0 ? consumes : ['application/json'];
  return {
    required: flag(body.value, 'required'),
    description: text(body.value, 'description'),
    contents: types.map(mediaType => ({ mediaType, schema: child(body, 'schema'), encoding: undefined })),
    name: undefined,
  };
}

/** Swagger 2.0, Parameter Object: a request has one body, or a form. */
function secondBody({ address, pointer }: Located): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: 'The operation has a body already; what this parameter says of it is left out.',
    at: [address, pointer],
  };
}

/** The fields of a form as the properties of one schema. */
function formBody(fields: readonly Located[], consumes: readonly string[]): Body {
  const properties: Record<string, unknown> = Object.create(null);
  const written: FormEncoding[] = [];
  const required: string[] = [];
  for (const { value } of fields) {
    const name = text(value, 'name') ?? '';
    const { required: isRequired, ...schema } = isRecord(value) ? value : {};
    properties[name] = schema;
    written.push({ property: name, serialisation: collectionFormat(value, 'query') });
    if (isRequired === true) required.push(name);
  }
  const { address, pointer } = fields[0]!;
  const forms = consumes.filter(type => /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(type));
  const hasFile = fields.some(field => text(field.value, 'type') === 'file');
  const types = hasFile ? ['multipart/form-data'] : forms.length > 0 ? forms : ['application/x-www-form-urlencoded'];
  const schema = { value: { type: 'object', properties, required }, address, pointer };
  return {
    required: required.length > 0,
    description: undefined,
    contents: types.map(mediaType => ({ mediaType, schema, encoding: undefined, fields: written })),
    name: undefined,
  };
}

function readResponse(
  located: Located & { readonly key: string },
  produces: readonly string[],
  resolver: Resolver,
): Response[] {
  if (located.key.startsWith('x-')) return [];
  const response = resolver.deref(located);
  const schema = response && child(response, 'schema');
  const name = sharedName(located);
  const types = produces.length > 0 ? produces : ['application/json'];
  return [
    {
      status: located.key,
      contents: !response
        ? [unknownContent]
        : schema
          ? types.map(mediaType => ({ mediaType, schema, encoding: undefined }))
          : [],
      name: name === undefined ? undefined : /Response$/.test(name) ? name : `${name}Response`,
      headers: headersOf(response),
      links: undefined, // OpenAPI 3.0 brought them
    },
  ];
}

function mediaTypes(keyword: 'consumes' | 'produces', operation: Located, resolver: Resolver): string[] {
  const list = child(operation, keyword) ?? child(resolver.root, keyword);
  return children(list).flatMap(({ value }) => (typeof value === 'string' ? [value] : []));
}
