import type { GraphQLObjectType } from 'graphql';
import type { CallParameter, OpenApiCall } from '../../src/adapters/openapi/call/call.ts';
import type { Random } from '../fuzz/random.ts';
import { arrived, type Sent } from './arrived.ts';
import { type Comparison, compareAnswer, compareEvent } from './compare-answer.ts';
import { type Documents, Unresolvable } from './documents.ts';
import { FileValue } from './file-value.ts';
import type { GraphQLAnswer, openDocument } from './open-document.ts';
import type { WrittenOperation, WrittenParameter } from './operations.ts';
import type { TextPlace } from './random-value.ts';
import type { startRecorder } from './recorder.ts';
import { bytesOf, type MadeReply, Replies } from './replies.ts';
import { selectionOf } from './selection.ts';
import { toArgument, Unfit } from './to-arguments.ts';
import { ValidValues } from './valid-values.ts';
import { Impossible } from './value-source.ts';
import { XmlText } from './xml-text.ts';

export interface Miss {
  readonly operation: string;
  readonly what: 'document' | 'argument' | 'request' | 'answer';
  readonly reason: string;
}

/** What was found of one document. */
export interface Tally {
  operations: number;
  requests: number;
  /** BAD_USER_INPUT for what HTTP itself cannot carry, by message. */
  readonly refused: Record<string, number>;
  parameters: number;
  bodies: number;
  answers: number;
  /** Of streams. */
  events: number;
  /** Scalars of answers that came back equal. */
  scalars: number;
  /** Requests with values, or answers, of which a `oneOf` has no single branch. */
  overlapping: number;
  /** Requests and answers of which the proof could make no valid value. */
  readonly notMade: { readonly operation: string; readonly reason: string }[];
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

/** Another empty value than these is looked for so often where none can be sent. */
const tries = 12;

/** The way of one operation's requests to the backend, and of its answers back. */
export class Trip {
  readonly #on: Itinerary;
  readonly #values: ValidValues;
  readonly #replies: Replies;

  constructor(on: Itinerary) {
    this.#on = on;
    this.#values = new ValidValues(on.documents, on.file);
    this.#replies = new Replies(on.documents, on.file, this.#values);
  }

  async go(random: Random): Promise<void> {
    const { call, operation, tally, coordinate } = this.#on;
    try {
      this.#values.overlapping = 0;
      const sent = this.#request(random);
      const answer = this.#replies.make(call, operation, random);
      if (this.#values.overlapping > 0) tally.overlapping += 1;
      const results = await this.#asked(sent.args, answer);
      if (results) this.#compare(results, answer, sent);
    } catch (error) {
      if (error instanceof Unfit) this.#miss('argument', error.message);
      else if (error instanceof Impossible || error instanceof Unresolvable)
        tally.notMade.push({ operation: coordinate, reason: error.message });
      else throw error;
    }
  }

  /** What came of it, each event by itself; undefined where the request was refused, or did not arrive once. */
  async #asked(
    args: Readonly<Record<string, unknown>>,
    answer: MadeReply,
  ): Promise<readonly GraphQLAnswer[] | undefined> {
    const { gateway, recorder, tally } = this.#on;
    recorder.answer(answer.reply);
    const { query, variables } = this.#operationText(args);
    const results = answer.events ? await gateway.subscribe(query, variables) : [await gateway.ask(query, variables)];
    const errors = results.flatMap(result => result.errors ?? []);
    const arrivals = recorder.recorded().length;
    const refusal = errors.find(({ extensions }) => extensions['code'] === 'BAD_USER_INPUT');
    if (arrivals === 0 && refusal && isOfHttp(refusal.message)) {
      const message = refusal.message.replace(/"[^"]*"/, '…');
      tally.refused[message] = (tally.refused[message] ?? 0) + 1;
      return undefined;
    }
    if (arrivals === 1) return results;
    const told = errors.map(({ message, extensions }) => `${extensions['code']}: ${message}`).join('; ');
    this.#miss('request', `arrived ${arrivals} times: ${told} ${JSON.stringify(variables).slice(0, 300)}`);
    return undefined;
  }

  #compare(results: readonly GraphQLAnswer[], answer: MadeReply, sent: Sent): void {
    const { call, operation, coordinate, recorder, tally, documents, file } = this.#on;
    tally.requests += 1;
    const text = new XmlText(documents, file);
    for (const reason of arrived(recorder.recorded()[0]!, call, operation, sent, this.#values, text))
      this.#miss('request', reason);
    tally.parameters += sent.parameters.size;
    if (sent.body) tally.bodies += 1;
    const errors = results.flatMap(result => result.errors ?? []);
    for (const { extensions, path } of errors)
      this.#miss('answer', `${extensions['code']} at ${path?.join('.')}: ${String(answer.reply.body).slice(0, 200)}`);
    if (errors.length > 0) return;
    const data = results.map(result => result.data?.[coordinate.split('.')[1]!]);
    if (answer.events) this.#compareEvents(answer.events, data);
    else if (answer.response) this.#took(this.#compared(answer, data[0]));
  }

  #compared({ response, value }: MadeReply, data: unknown): Comparison {
    if (response?.kind === 'text') return textCompared(value, data);
    if (value instanceof FileValue) return fileCompared(value, data);
    return compareAnswer(response!, value, data, this.#on.gateway.blueprint.model); // none without is compared
  }

  #compareEvents(events: readonly unknown[], data: readonly unknown[]): void {
    const { call, gateway, tally } = this.#on;
    if (data.length !== events.length) this.#miss('answer', `${data.length} events came of ${events.length}`);
    else
      for (const [index, event] of events.entries()) {
        tally.events += 1;
        this.#took(compareEvent(call.stream!, event, data[index], gateway.blueprint.model)); // it has events
      }
    if (events.length === 0) tally.answers += 1;
  }

  #took({ equal, misses }: Comparison): void {
    for (const reason of misses.slice(0, 3)) this.#miss('answer', reason);
    this.#on.tally.answers += 1;
    this.#on.tally.scalars += equal;
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
    const place = body.kind === 'xml' ? 'xml' : 'body';
    const fit = this.#values.fitting(random, content.schema, place, value =>
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
      const { value } = this.#values.fitting(
        random,
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

  #operationText(args: Readonly<Record<string, unknown>>): { query: string; variables: Record<string, unknown> } {
    const { coordinate, gateway } = this.#on;
    const [root = '', name = ''] = coordinate.split('.');
    const owner = gateway.schema.getType(root) as GraphQLObjectType; // the coordinate is of a root field
    const { args: declared, type } = owner.getFields()[name]!;
    const given = declared.filter(arg => args[arg.name] !== undefined);
    const defined = given.map((arg, index) => `$v${index}: ${String(arg.type)}`);
    const passed = given.map((arg, index) => `${arg.name}: $v${index}`);
    const inParentheses = (parts: readonly string[]) => (parts.length > 0 ? `(${parts.join(', ')})` : '');
    const query = `${root.toLowerCase()} ${inParentheses(defined)} { ${name}${inParentheses(passed)} ${selectionOf(gateway.schema, type, gateway.client)} }`;
    return { query, variables: Object.fromEntries(given.map((arg, index) => [`v${index}`, args[arg.name]])) };
  }
}

function textCompared(value: unknown, data: unknown): Comparison {
  return value === data ? { equal: 1, misses: [] } : { equal: 0, misses: [`is ${JSON.stringify(data)}`] };
}

/** In a fragment on a member of a union, the fields have aliases. */
function fileCompared({ bytes, type }: FileValue, data: unknown): Comparison {
  const file = (data ?? {}) as Readonly<Record<string, unknown>>; // whatever it is, its fields are looked at
  const prefix = Object.hasOwn(file, 'HttpFile__size') ? 'HttpFile__' : '';
  const told = ['contentType', 'size', 'base64'].map(name => file[`${prefix}${name}`]);
  const expected = [type, bytes.length, bytes.toString('base64')];
  return JSON.stringify(told) === JSON.stringify(expected)
    ? { equal: expected.length, misses: [] }
    : { equal: 0, misses: [`is ${JSON.stringify(data).slice(0, 200)} for ${JSON.stringify(expected)}`] };
}

/** What no HTTP request can carry, or what would change the route: refused, as it must be. */
function isOfHttp(message: string): boolean {
  return /cannot carry|must not be empty|must not contain control|would change the path|what separates parts|begin or end with a space|is another parameter|no XML name can be/.test(
    message,
  );
}
