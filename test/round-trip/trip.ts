import type { CallParameter, CallResponse, OpenApiCall } from '../../src/adapters/openapi/call/call.ts';
import type { Random } from '../fuzz/random.ts';
import { arrived, type Sent } from './arrived.ts';
import { compareAnswer } from './compare-answer.ts';
import { writeExactly } from './digits.ts';
import { type Documents, type Place, Unresolvable } from './documents.ts';
import { FileValue } from './file-value.ts';
import { isAnswered } from './left-out.ts';
import type { openDocument } from './open-document.ts';
import type { WrittenContent, WrittenOperation, WrittenParameter } from './operations.ts';
import type { TextPlace } from './random-value.ts';
import type { Reply, startRecorder } from './recorder.ts';
import { selectionOf } from './selection.ts';
import { toArgument, Unfit } from './to-arguments.ts';
import { type Direction, Validity } from './validity.ts';
import { Impossible, ValueSource } from './value-source.ts';

export interface Miss {
  readonly operation: string;
  readonly what: 'document' | 'argument' | 'request' | 'answer';
  readonly reason: string;
}

/** What was found of one document. */
export interface Tally {
  operations: number;
  readonly leftOut: Record<string, number>;
  requests: number;
  /** BAD_USER_INPUT for what HTTP itself cannot carry, by message. */
  readonly refused: Record<string, number>;
  parameters: number;
  bodies: number;
  answers: number;
  /** Scalars of answers that came back equal. */
  scalars: number;
  /** Requests and answers of which the proof could make no valid value, by reason. */
  readonly notMade: Record<string, number>;
  readonly misses: Miss[];
}

interface Itinerary {
  readonly documents: Documents;
  readonly file: string;
  readonly coordinate: string;
  readonly call: OpenApiCall;
  readonly operation: WrittenOperation;
  readonly gateway: Awaited<ReturnType<typeof openDocument>>;
  readonly recorder: Awaited<ReturnType<typeof startRecorder>>;
  readonly tally: Tally;
}

const tries = 12;

/** The way of one operation's requests to the backend, and of its answers back. */
export class Trip {
  readonly #on: Itinerary;
  readonly #validity: Readonly<Record<Direction, Validity>>;

  constructor(on: Itinerary) {
    this.#on = on;
    this.#validity = validityOf(on.documents, on.file);
  }

  async go(random: Random): Promise<void> {
    const { call, operation, coordinate, gateway, recorder, tally } = this.#on;
    try {
      const sent = this.#request(random);
      const answer = this.#answer(random);
      recorder.answer(answer.reply);
      const { query, variables } = this.#operationText(sent.args);
      const result = await gateway.ask(query, variables);
      const [recorded, ...others] = recorder.recorded();
      const refusal = result.errors?.find(({ extensions }) => extensions['code'] === 'BAD_USER_INPUT');
      if (!recorded && refusal && isOfHttp(refusal.message)) {
        const message = refusal.message.replace(/"[^"]*"/, '…');
        tally.refused[message] = (tally.refused[message] ?? 0) + 1;
        return;
      }
      if (!recorded || others.length > 0) {
        const told = result.errors?.map(({ message, extensions }) => `${extensions['code']}: ${message}`).join('; ');
        this.#miss(
          'request',
          `arrived ${others.length + (recorded ? 1 : 0)} times: ${told} ${JSON.stringify(variables).slice(0, 300)}`,
        );
        return;
      }
      tally.requests += 1;
      const misses = arrived(recorded, call, operation, sent, this.#validity.request);
      for (const reason of misses) this.#miss('request', reason);
      tally.parameters += sent.parameters.size;
      if (sent.body) tally.bodies += 1;
      for (const error of result.errors ?? [])
        this.#miss(
          'answer',
          `${error.extensions['code']} at ${error.path?.join('.')}: ${String(answer.reply.body).slice(0, 200)}`,
        );
      if (!answer.response || result.errors) return;
      const data = result.data?.[coordinate.split('.')[1]!];
      const compared =
        answer.response.kind === 'text'
          ? textCompared(answer.value, data)
          : answer.value instanceof FileValue
            ? fileCompared(answer.value, data)
            : compareAnswer(answer.response, answer.value, data, gateway.blueprint.model);
      for (const reason of compared.misses.slice(0, 3)) this.#miss('answer', reason);
      tally.answers += 1;
      tally.scalars += compared.equal;
    } catch (error) {
      if (error instanceof Unfit) this.#miss('argument', error.message);
      else if (error instanceof Impossible || error instanceof Unresolvable)
        tally.notMade[error.message] = (tally.notMade[error.message] ?? 0) + 1;
      else throw error;
    }
  }

  #miss(what: Miss['what'], reason: string): void {
    this.#on.tally.misses.push({ operation: this.#on.coordinate, what, reason });
  }

  /** Values of the document's schemas, and the arguments that ask for them. */
  #request(random: Random): Sent & { readonly args: Record<string, unknown> } {
    const { call, operation, gateway } = this.#on;
    const { model } = gateway.blueprint;
    const args: Record<string, unknown> = {};
    const parameters = new Map<CallParameter, unknown>();
    for (const parameter of call.parameters) {
      const written = operation.parameters.find(each => each.name === parameter.name && each.in === parameter.in);
      const isRequired = parameter.in === 'path' || written?.required === true || parameter.shape.nonNull === true;
      if (!isRequired && !random.chance(60)) continue;
      const value = this.#parameterValue(random, written, parameter);
      if (value === undefined) continue;
      args[parameter.argument] = toArgument(parameter.shape, value, model, `/${parameter.argument}`);
      parameters.set(parameter, value);
    }
    const { body } = call;
    if (!body || (!operation.body?.required && random.chance(20))) return { args, parameters, body: undefined };
    const content =
      operation.body?.contents.find(({ mediaType }) => mediaType === body.mediaType) ??
      operation.body?.contents.find(({ mediaType }) => mediaType.includes('*'));
    if (!content) throw new Impossible(`no content of ${body.mediaType}`);
    if (body.kind === 'text') {
      const text = random.pick(['text', 'ünï ☃', 'a\nb']);
      return { args: { ...args, [body.argument]: text }, parameters, body: { content, value: text } };
    }
    if (body.kind === 'file') {
      const file = new FileValue(bytesOf(random));
      return { args: { ...args, [body.argument]: file }, parameters, body: { content, value: file } };
    }
    const fit = this.#fitting(random, 'request', content.schema, 'body', value =>
      toArgument({ ...body.shape, nonNull: true }, value, model, '/body'),
    );
    return { args: { ...args, [body.argument]: fit.made }, parameters, body: { content, value: fit.value } };
  }

  /** A value that can stand in its place: none where an empty path or a null would have to be written. */
  #parameterValue(random: Random, written: WrittenParameter | undefined, parameter: CallParameter): unknown {
    if (!written?.schema) return 'x1';
    const place: TextPlace = parameter.in === 'querystring' ? 'query' : parameter.in;
    const { model } = this.#on.gateway.blueprint;
    for (let attempt = 0; ; attempt++) {
      const { value } = this.#fitting(
        random,
        'request',
        written.schema,
        place,
        made => toArgument(parameter.shape, made, model, `/${parameter.argument}`),
        true,
      );
      const isNothing =
        value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
      if (!isNothing || (parameter.in !== 'path' && value !== null)) return value;
      if (!written.required && parameter.in !== 'path') return undefined;
      if (attempt >= tries) throw new Impossible(`nothing but empty values for ${parameter.in}`);
    }
  }

  /** A valid value of which something can be made: the last reason why not, where none is found. */
  #fitting(
    random: Random,
    direction: Direction,
    schema: Place | undefined,
    place: TextPlace,
    make: (value: unknown) => unknown,
    nullable = false,
  ): { value: unknown; made: unknown } {
    let reason: Error = new Impossible('no schema');
    for (let attempt = 0; attempt < tries; attempt++) {
      try {
        const value = schema
          ? this.#valid(random, direction, schema, place)
          : random.pick<unknown>(['free', { free: [1] }]);
        if (value === null && !nullable) continue;
        return { value, made: value === null ? null : make(value) };
      } catch (error) {
        if (!(error instanceof Unfit)) throw error;
        reason = error;
      }
    }
    throw reason;
  }

  #valid(random: Random, direction: Direction, schema: Place, place: TextPlace): unknown {
    const { documents, file } = this.#on;
    let reason = 'no value';
    for (let attempt = 0; attempt < tries; attempt++) {
      try {
        const value = new ValueSource(documents, file, direction, random, place).value(schema);
        const [fault] = this.#validity[direction].faults(schema, value);
        if (fault === undefined) return value;
        reason = `invalid: ${fault.replace(/^\S* /, '').replace(/ \(.*$/, '')}`;
      } catch (error) {
        if (!(error instanceof Impossible)) throw error;
        reason = error.message;
      }
    }
    throw new Impossible(reason);
  }

  #answer(random: Random): {
    reply: Reply;
    response?: CallResponse;
    value?: unknown;
  } {
    const { call, operation } = this.#on;
    const successes = operation.responses.filter(({ status }) => /^2/.test(status));
    const possible =
      successes.length > 0 ? successes : operation.responses.filter(({ status }) => status === 'default');
    const chosen = possible.length > 0 ? random.pick(possible) : undefined;
    const status = Number(chosen?.status.replace(/XX/i, '00').replace('default', '200') ?? 204);
    const response = call.responses.find(each => each.status.toUpperCase() === chosen?.status.toUpperCase());
    if (call.method === 'HEAD' || !chosen || !response || !isAnswered(response.kind))
      return { reply: { status, contentType: undefined, body: '' } };
    if (response.kind === 'none') return { reply: { status, contentType: undefined, body: '' } };
    const content = contentOf(chosen.contents, response.kind);
    if (!content || status === 204 || status === 205) return { reply: { status, contentType: undefined, body: '' } };
    const contentType = content.mediaType.includes('*') ? 'application/json' : content.mediaType;
    if (response.kind === 'text')
      return { reply: { status, contentType: 'text/plain; charset=utf-8', body: 'ünï ☃' }, response, value: 'ünï ☃' };
    if (response.kind === 'file') {
      const bytes = bytesOf(random);
      const type = content.mediaType.includes('*') ? 'image/png' : content.mediaType;
      return { reply: { status, contentType: type, body: bytes }, response, value: new FileValue(bytes, '', type) };
    }
    const value = content.schema ? this.#valid(random, 'response', content.schema, 'body') : { free: ['form', 1] };
    return { reply: { status, contentType, body: writeExactly(value) }, response, value };
  }

  #operationText(args: Readonly<Record<string, unknown>>): { query: string; variables: Record<string, unknown> } {
    const { coordinate, gateway } = this.#on;
    const [root = '', name = ''] = coordinate.split('.');
    const type = root === 'Query' ? gateway.schema.getQueryType() : gateway.schema.getMutationType();
    const field = type!.getFields()[name]!;
    const given = field.args.filter(arg => args[arg.name] !== undefined);
    const defined = given.map((arg, index) => `$v${index}: ${String(arg.type)}`);
    const passed = given.map((arg, index) => `${arg.name}: $v${index}`);
    const inParentheses = (parts: readonly string[]) => (parts.length > 0 ? `(${parts.join(', ')})` : '');
    const query = `${root.toLowerCase()} ${inParentheses(defined)} { ${name}${inParentheses(passed)} ${selectionOf(gateway.schema, field.type, gateway.client)} }`;
    return { query, variables: Object.fromEntries(given.map((arg, index) => [`v${index}`, args[arg.name]])) };
  }
}

const validities = new WeakMap<Documents, Readonly<Record<Direction, Validity>>>();

/** One for each document, since schemas are compiled once. */
function validityOf(documents: Documents, file: string): Readonly<Record<Direction, Validity>> {
  const known = validities.get(documents);
  if (known) return known;
  const dialect = documents.dialect(file);
  const made = {
    request: new Validity(documents, dialect, 'request'),
    response: new Validity(documents, dialect, 'response'),
  };
  validities.set(documents, made);
  return made;
}

/** JSON before what may be anything; text by itself. */
function contentOf(contents: readonly WrittenContent[], kind: string): WrittenContent | undefined {
  if (kind === 'text') return contents[0];
  const find = (pattern: RegExp) => contents.find(({ mediaType }) => pattern.test(mediaType));
  return find(/^application\/json\b/i) ?? find(/[/+]json\b(?!-)/i) ?? find(/\*/) ?? find(/^text\//) ?? contents[0];
}

function textCompared(value: unknown, data: unknown) {
  return value === data ? { equal: 1, misses: [] } : { equal: 0, misses: [`is ${JSON.stringify(data)}`] };
}

/** In a fragment on a member of a union, the fields have aliases. */
function fileCompared({ bytes, type }: FileValue, data: unknown) {
  const file = (data ?? {}) as Readonly<Record<string, unknown>>; // whatever it is, its fields are looked at
  const prefix = Object.hasOwn(file, 'HttpFile__size') ? 'HttpFile__' : '';
  const told = ['contentType', 'size', 'base64'].map(name => file[`${prefix}${name}`]);
  const expected = [type, bytes.length, bytes.toString('base64')];
  return JSON.stringify(told) === JSON.stringify(expected)
    ? { equal: expected.length, misses: [] }
    : { equal: 0, misses: [`is ${JSON.stringify(data).slice(0, 200)} for ${JSON.stringify(expected)}`] };
}

function bytesOf(random: Random): Buffer {
  return Buffer.from(Array.from({ length: random.below(200) + 1 }, () => random.below(256)));
}

/** What no HTTP request can carry, or what would change the route: refused, as it must be. */
function isOfHttp(message: string): boolean {
  return /cannot carry|must not be empty|must not contain control|would change the path|what separates parts|begin or end with a space|is another parameter/.test(
    message,
  );
}
