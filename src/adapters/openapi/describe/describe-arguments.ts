import type { ConstValueNode, InputValueDefinitionNode } from 'graphql';
import { inputValue } from '../../../adapter/definitions.ts';
import { hopByHop } from '../../../adapter/outgoing-headers.ts';
import { own } from '../../../base/json.ts';
import { pascalName } from '../../../base/names.ts';
import type { SchemaOptions } from '../../../source/schema-options.ts';
import type { CallBody, CallParameter } from '../call/call.ts';
import type { ScalarShape, Shape } from '../call/shape.ts';
import { formEncodings } from '../document/form-encodings.ts';
import { isForm, isJson, isRange } from '../document/media-types.ts';
import type { Operation, OperationSite, Parameter } from '../document/operation.ts';
import { spokenPath } from '../document/operations.ts';
import type { SecurityKeys } from '../document/security.ts';
import { keywordsOf } from '../schemas/normal-form.ts';
import { fieldNaming } from '../types/field-naming.ts';
import { literal } from '../types/literal.ts';
import type { TypeBuilder } from '../types/type-builder.ts';
import { nonNull } from '../types/type-drafts.ts';
import { typeOf } from '../types/type-of.ts';
import { argumentNames, bodyName } from './argument-names.ts';
import { describeBody, sentContent } from './describe-body.ts';
import { pathParameters } from './path-parameters.ts';
import { possibleTypes } from './possible-types.ts';

export interface Arguments {
  /** The path, whose placeholders name the parameters. */
  readonly path: string;
  readonly definitions: readonly InputValueDefinitionNode[];
  readonly parameters: readonly CallParameter[];
  readonly body: CallBody | undefined;
}

const stringShape: ScalarShape = { kind: 'scalar', scalar: 'String' };

/** A parameter that is an argument. */
interface Described {
  readonly definition: InputValueDefinitionNode;
  readonly parameter: CallParameter;
}

/** Describes the arguments of root fields. */
export class ArgumentDescriber {
  readonly #builder: TypeBuilder;
  /** What is sent before all else, by media type. */
  readonly #bodies: readonly string[];
  /** Many operations share a parameter, and call it alike. */
  readonly #described = new Map<Parameter, Described>();

  constructor(builder: TypeBuilder, bodies: readonly string[]) {
    this.#builder = builder;
    this.#bodies = bodies;
  }

  /** `name`: what its types are called after. Undefined, and reported, where a body is required that cannot be sent. */
  describe(site: OperationSite, operation: Operation, name: string, keys: SecurityKeys): Arguments | undefined {
    const builder = this.#builder;
    const { path, parameters: all } = pathParameters(site, operation.parameters, builder.report);
    const parameters = all.filter(parameter => isArgument(parameter, site, keys, builder));
    const content = operation.body && sentContent(operation.body, site, this.#bodies, builder);
    if (operation.body?.required && !content) return undefined;
    const names = argumentNames(parameters, fieldNaming(builder.options), message =>
      builder.report({ severity: 'note', code: 'NAME_COLLISION', message, at: site.at }),
    );
    const described = parameters.map(each => this.#parameter(each, names.get(each)!, site, name));
    const definitions = described.map(({ definition }) => definition);
    const ofCall = described.map(({ parameter }) => parameter);
    if (!operation.body || !content) return { path, definitions, parameters: ofCall, body: undefined };
    const argument = bodyName(names);
    const body = describeBody(operation.body, content, argument, name, site, builder);
    const { description } = operation.body;
    definitions.push(inputValue(argument, typeOf(body.shape), { description }));
    return { path, definitions, parameters: ofCall, body };
  }

  #parameter(parameter: Parameter, argument: string, site: OperationSite, name: string): Described {
    const known = this.#described.get(parameter);
    if (known?.parameter.argument === argument) return known;
    const builder = this.#builder;
    const { shape, standard } = readParameter(parameter, () => parameterOwner(parameter, site, name), builder);
    const described = {
      definition: inputValue(argument, typeOf(shape), parameter, standard),
      parameter: callParameter(parameter, argument, shape, builder.options.deepLists),
    };
    this.#described.set(parameter, described);
    return described;
  }
}

/** OpenAPI 3.2, 4.12.1: these headers have places of their own in a document. */
const ignoredHeaders: ReadonlySet<string> = new Set(['accept', 'content-type', 'authorization']);

/** RFC 9110, 5.6.2, in small letters. */
const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** What belongs to the connection or to the gateway; a client never sets it. */
function isForbidden(header: string): boolean {
  return header === 'cookie' || hopByHop.has(header);
}

function isArgument(parameter: Parameter, site: OperationSite, keys: SecurityKeys, builder: TypeBuilder): boolean {
  const name = parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name;
  if (keys.has(`${parameter.in} ${name}`)) return false;
  if (parameter.in !== 'header') return true;
  if (ignoredHeaders.has(name)) return false;
  if (!isForbidden(name) && token.test(name)) return true;
  const mayBeConfigured = !hopByHop.has(name) && token.test(name);
  builder.report({
    severity: 'warning',
    code: 'CONSTRUCT_NOT_SUPPORTED',
    message: `The header ${JSON.stringify(parameter.name)} is not for clients to set; it is no argument.`,
    at: site.at,
    ...(mayBeConfigured ? { hint: "Give it in the source's `headers:` or `forward:`." } : {}),
  });
  return false;
}

/** Whom a parameter's types are called after: its operation, or the path that all operations of have it. */
function parameterOwner({ schema }: Parameter, { operation, path }: OperationSite, name: string): string {
  const isOwn =
    schema === undefined ||
    (schema.address === operation.address && schema.pointer.startsWith(`${operation.pointer}/`));
  return isOwn ? name : pascalName(spokenPath(path));
}

function readParameter(
  parameter: Parameter,
  owner: () => string,
  builder: TypeBuilder,
): { shape: Shape; standard: ConstValueNode | undefined } {
  const schema = isUnwritable(parameter, builder) ? undefined : parameter.schema;
  if (!schema) return { shape: parameter.required ? nonNull(stringShape) : stringShape, standard: undefined };
  const reading = builder.read(schema, {
    direction: 'input',
    called: () => `${owner()}${pascalName(parameter.name)}`,
  });
  const written = own(keywordsOf(schema), 'default') ?? own(keywordsOf(reading.reduced.schema), 'default');
  const standard =
    written === undefined ? undefined : literal(written, reading.shape, (type, wire) => builder.enumName(type, wire));
  // No parameter can be sent as null. Where the document gives a value that GraphQL cannot write, the backend puts it in.
  const isRequired = parameter.required && (parameter.in === 'path' || written === undefined || standard !== undefined);
  return { shape: isRequired ? nonNull(reading.shape) : reading.shape, standard };
}

/** Of what a parameter is a text of, only JSON and forms are written by type. */
function isUnwritable({ content, schema }: Parameter, builder: TypeBuilder): boolean {
  if (content === undefined || !schema || isJson(content) || isForm(content) || isRange(content)) return false;
  const types = possibleTypes(schema, builder.normal);
  if (!types.has('object') && !types.has('array')) return false;
  const message = `Nothing of a type can be written as ${content} in a parameter: it is taken as text.`;
  builder.unsupported(schema, 'CONSTRUCT_UNTYPED', message);
  return true;
}

function callParameter(
  parameter: Parameter,
  argument: string,
  shape: Shape,
  deepLists: SchemaOptions['deepLists'],
): CallParameter {
  const { name, style, explode, allowReserved, content, within } = parameter;
  const encoding = formEncodings({ mediaType: content ?? '', schema: undefined, encoding: parameter.encoding });
  return {
    argument,
    name,
    in: parameter.in,
    style,
    explode,
    shape,
    ...(allowReserved ? { allowReserved } : {}),
    ...(within ? { within } : {}),
    ...(content === undefined ? {} : { content }),
    ...(encoding.length > 0 ? { encoding } : {}),
    ...(style === 'deepObject' && deepLists !== 'REPEAT' ? { deepLists } : {}),
  };
}
