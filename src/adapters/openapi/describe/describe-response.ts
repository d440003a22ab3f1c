import type { CallFailure, CallResponse } from '../call/call.ts';
import type { ScalarShape, Shape } from '../call/shape.ts';
import type { Located } from '../document/document.ts';
import { isStream } from '../document/media-types.ts';
import type { Content, Operation, OperationSite, Response } from '../document/operation.ts';
import { printedShape } from '../schemas/scalar-shapes.ts';
import type { TypeBuilder } from '../types/type-builder.ts';
import { unitedResults } from '../types/united-results.ts';
import { contentOf } from './choose-content.ts';
import type { FailureReader } from './describe-failures.ts';
import { readAnswer } from './read-content.ts';

export interface Result {
  /** The type of the root field. */
  readonly shape: Shape;
  /** What successes come to, without what stands around it or beside it. */
  readonly value: Shape;
  readonly accept: string;
  readonly responses: readonly CallResponse[];
  /** Failures that are told, as data or in errors. */
  readonly failures?: readonly CallFailure[];
  /** The type whose field `value` holds the result. */
  readonly envelope?: string;
  /** The types that the answers of successes have, by the answers as the document has them. */
  readonly answered: readonly (readonly [Response, Shape])[];
}

const booleanShape: ScalarShape = { kind: 'scalar', scalar: 'Boolean' };

/** What of the source's options decides how results look. */
export interface ResultOptions {
  readonly enveloped: boolean;
  readonly failures: FailureReader | undefined;
}

/** What the operation answers with; undefined, and reported, where no answer of it ends. */
export function describeResult(
  site: OperationSite,
  operation: Operation,
  name: string,
  builder: TypeBuilder,
  { enveloped, failures: reader }: ResultOptions,
): Result | undefined {
  if (site.method === 'HEAD') {
    return { shape: booleanShape, value: booleanShape, accept: '*/*', responses: [], answered: [] };
  }
  const success = describeSuccess(site, operation, name, builder);
  if (!success) return undefined;
  const failures = reader?.read(site, failuresOf(operation.responses), name, builder) ?? [];
  const told = failures.length > 0 ? { failures } : {};
  const types = failures.flatMap(({ type }) => (type === undefined ? [] : [{ kind: 'type', name: type } as const]));
  if (enveloped) {
    const envelope = envelopeOf(success.shape, site, name, builder);
    const shape: Shape = { kind: 'type', name: envelope };
    if (types.length === 0) return { ...success, shape, envelope, ...told };
    const united = unitedResults([shape, ...types], placeOf(site), `${name}Result`, builder);
    return { ...success, shape: united.shape, envelope, ...told };
  }
  if (types.length === 0) return { ...success, ...told };
  const shapes = [...new Map(valuesOf(success).map(shape => [printedShape(shape), shape])).values(), ...types];
  return { ...success, ...unite(success.responses, shapes, site, `${name}Result`, builder), ...told };
}

/** The shapes of all successes: where none has a body, that it succeeded. */
function valuesOf({ responses }: Pick<Result, 'responses'>): readonly Shape[] {
  const shapes = responses.flatMap(({ shape }) => shape ?? []);
  return shapes.length > 0 ? shapes : [booleanShape];
}

/** An object around the result, on which headers can stand whatever the result is. */
function envelopeOf(value: Shape, site: OperationSite, name: string, builder: TypeBuilder): string {
  const type = builder.names.claim(`${name}Answer`, placeOf(site));
  const fields = [{ name: 'value', wire: 'value', shape: value }];
  builder.define({
    name: type,
    direction: 'output',
    description: undefined,
    shape: { kind: 'object', fields },
    notes: new Map(),
  });
  return type;
}

function placeOf({ at }: OperationSite): Located {
  return { value: {}, address: at[0], pointer: `${at[1]}/responses` };
}

function describeSuccess(
  site: OperationSite,
  operation: Operation,
  name: string,
  builder: TypeBuilder,
): Result | undefined {
  const all = successesOf(operation.responses);
  const successes = all.filter(({ contents }) => contents.length === 0 || contents.some(isEnding));
  if (successes.length < all.length && successes.every(({ contents }) => contents.length === 0)) return undefined;
  const responses = successes.map(response =>
    readResponse(response, site, `${name}${responseName(operation.responses, response.status)}`, builder),
  );
  const accept = acceptOf(successes, builder);
  const answered = successes.flatMap((response, index) => {
    const shape = responses[index]?.shape;
    return shape ? [[response, shape] as const] : [];
  });
  const valued = responses.filter(response => response.shape !== undefined);
  const shapes = new Map(valued.map(response => [printedShape(response.shape!), response.shape!]));
  if (shapes.size === 0)
    return successOf(booleanShape, { accept, answered, responses: responses.length > 0 ? responses : [noContent] });
  if (shapes.size === 1) return successOf([...shapes.values()][0]!, { accept, answered, responses });
  const united = unite(responses, [...shapes.values()], site, `${name}Response`, builder);
  return successOf(united.shape, { accept, answered, responses: united.responses });
}

/** What is added to the operation's name for what an answer without a name of its own holds. */
export function responseName(responses: readonly Response[], status: string): string {
  const successes = successesOf(responses);
  const called = status === 'default' ? status : status.toUpperCase();
  if (!successes.some(success => success.status === status)) return `${called}Body`;
  const filled = successes.filter(({ contents }) => contents.length === 0 || contents.some(isEnding));
  return filled.filter(({ contents }) => contents.length > 0).length < 2 ? 'Response' : `Response${called}`;
}

function successOf(shape: Shape, rest: Pick<Result, 'accept' | 'answered' | 'responses'>): Result {
  return { shape, value: shape, ...rest };
}

/** What the operation answers with where it succeeds, as the document has it. */
export function successfulContents({ responses }: Operation): readonly Content[] {
  return successesOf(responses).flatMap(({ contents }) => contents);
}

const noContent: CallResponse = { status: 'default', kind: 'none' };

/** Every 2xx; without any, the answer to whatever is not named. */
function successesOf(responses: readonly Response[]): Response[] {
  const successes = responses.filter(({ status }) => /^2(\d\d|XX)$/i.test(status));
  return successes.length > 0 ? successes : responses.filter(({ status }) => status === 'default');
}

/** What is neither a success nor on the way to one. */
function failuresOf(responses: readonly Response[]): Response[] {
  const successes = successesOf(responses);
  return responses.filter(
    response => /^([345](\d\d|XX)|default)$/i.test(response.status) && !successes.includes(response),
  );
}

function readResponse(response: Response, site: OperationSite, name: string, builder: TypeBuilder): CallResponse {
  const status = response.status.toUpperCase() === '2XX' ? '2XX' : response.status;
  const content = contentOf(response, builder) ?? response.contents[0];
  if (!content) return { status, kind: 'none' };
  if (status === '204') {
    const message = 'A 204 has no body (RFC 9110, 15.3.5): what the document says of one is not read.';
    const at = [site.at[0], `${site.at[1]}/responses/204`];
    builder.report({ severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message, at });
    return { status, kind: 'none' };
  }
  return { status, ...readAnswer(response, content, site, name, builder) };
}

function isEnding({ mediaType }: Content): boolean {
  return !isStream(mediaType);
}

function acceptOf(successes: readonly Response[], builder: TypeBuilder): string {
  const wanted = successes.flatMap(response => contentOf(response, builder)?.mediaType ?? []);
  const types = [...new Set(wanted)].filter(type => /^[\x20-\x7e]+$/.test(type));
  return types.length > 0 ? types.join(', ') : '*/*';
}

/** Statuses that answer with different types: a union, whose members the statuses are. */
function unite(
  responses: readonly CallResponse[],
  shapes: readonly Shape[],
  site: OperationSite,
  name: string,
  builder: TypeBuilder,
): { readonly shape: Shape; readonly responses: readonly CallResponse[] } {
  const united = unitedResults(shapes, placeOf(site), name, builder);
  const silent = responses.every(({ kind }) => kind === 'none');
  return {
    shape: united.shape,
    responses: responses.map(response => {
      const shape = silent ? booleanShape : response.shape;
      const member = shape && united.members.get(printedShape(shape));
      return member === undefined ? response : { ...response, member };
    }),
  };
}
