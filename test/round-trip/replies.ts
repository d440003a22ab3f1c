import type { CallResponse, CallStream, OpenApiCall } from '../../src/adapters/openapi/call/call.ts';
import type { Random } from '../fuzz/random.ts';
import { writeExactly } from './digits.ts';
import { type Documents, isObject, type Place, part, parts } from './documents.ts';
import { FileValue } from './file-value.ts';
import type { WrittenContent, WrittenOperation } from './operations.ts';
import type { Reply } from './recorder.ts';
import { type SentEvent, streamText } from './stream-text.ts';
import type { ValidValues } from './valid-values.ts';
import { Impossible } from './value-source.ts';
import { XmlText } from './xml-text.ts';

/** What the backend answers, and what it was made from. */
export interface MadeReply {
  readonly reply: Reply;
  /** Absent: there is nothing to compare but that it succeeded. */
  readonly response?: CallResponse;
  readonly value?: unknown;
  /** Of a stream. */
  readonly events?: readonly unknown[];
}

/** Makes answers of an operation from the schemas that its document gives them. */
export class Replies {
  readonly #documents: Documents;
  readonly #file: string;
  readonly #values: ValidValues;

  constructor(documents: Documents, file: string, values: ValidValues) {
    this.#documents = documents;
    this.#file = file;
    this.#values = values;
  }

  make(call: OpenApiCall, operation: WrittenOperation, random: Random): MadeReply {
    const successes = operation.responses.filter(({ status }) => /^2/.test(status));
    const all = successes.length > 0 ? successes : operation.responses.filter(({ status }) => status === 'default');
    if (call.stream) return this.#stream(call.stream, all, random);
    const possible = all.filter(({ contents }) => contents.length === 0 || contents.some(each => !isStream(each)));
    const chosen = possible.length > 0 ? random.pick(possible) : undefined;
    const status = statusOf(chosen?.status);
    const response = call.responses.find(each => each.status.toUpperCase() === chosen?.status.toUpperCase());
    const empty: MadeReply = { reply: { status, contentType: undefined, body: '' } };
    if (call.method === 'HEAD' || !chosen || !response || response.kind === 'none') return empty;
    const content = contentOf(
      chosen.contents.filter(each => !isStream(each)),
      response.kind,
    );
    if (!content || status === 204 || status === 205) return empty;
    return { ...this.#body(content, response, status, random), response };
  }

  #body(content: WrittenContent, { kind }: CallResponse, status: number, random: Random): MadeReply {
    switch (kind) {
      case 'text':
        return { reply: { status, contentType: 'text/plain; charset=utf-8', body: 'ünï ☃' }, value: 'ünï ☃' };
      case 'file': {
        const bytes = bytesOf(random);
        const type = content.mediaType.includes('*') ? 'image/png' : content.mediaType;
        return { reply: { status, contentType: type, body: bytes }, value: new FileValue(bytes, '', type) };
      }
      case 'xml': {
        const { mediaType: contentType, schema } = content;
        if (!schema) return { reply: { status, contentType, body: '<root>free</root>' }, value: 'free' };
        const value = this.#values.valid(random, 'response', schema, 'xml');
        const body = `<?xml version="1.0"?>\n${new XmlText(this.#documents, this.#file).document(schema, value)}`;
        return { reply: { status, contentType, body }, value };
      }
      default: {
        const contentType = content.mediaType.includes('*') ? 'application/json' : content.mediaType;
        const { schema } = content;
        const value = schema ? this.#values.valid(random, 'response', schema, 'body') : { free: ['form', 1] };
        return { reply: { status, contentType, body: writeExactly(value) }, value };
      }
    }
  }

  #stream(stream: CallStream, responses: WrittenOperation['responses'], random: Random): MadeReply {
    const response = responses.find(({ contents }) => contents.some(isStream));
    const content = response?.contents.find(isStream);
    if (!response || !content) throw new Impossible('no content of a stream');
    const made = Array.from({ length: random.below(4) }, () => this.#event(stream, content, random));
    const sent = streamText(
      stream.format,
      content.mediaType,
      made.map(({ sent }) => sent),
      random,
    );
    return { reply: { status: statusOf(response.status), ...sent }, events: made.map(({ value }) => value) };
  }

  /** One event, and what is to come of it. */
  #event({ payload, json, format }: CallStream, content: WrittenContent, random: Random) {
    const schema = this.#itemOf(content);
    const value = schema ? this.#value(schema, random) : { free: 'form' };
    if (payload === 'value') {
      const text = json ? writeExactly(value) : String(value);
      return { sent: { text } satisfies SentEvent, value: json ? value : text };
    }
    if (!isObject(value) || !schema) throw new Impossible(`no event of ${format}`);
    const dataSchema = this.#dataOf(schema);
    const data = dataSchema ? this.#values.valid(random, 'response', dataSchema, 'body') : value['data'];
    const sent: SentEvent = {
      text: json ? writeExactly(data) : String(data ?? 'text'),
      ...(value['event'] === undefined ? {} : { type: oneLine(value['event']) }),
      ...(value['id'] === undefined ? {} : { id: oneLine(value['id']) }),
    };
    const told = {
      data: json ? data : sent.text,
      event: sent.type ?? 'message',
      ...(sent.id === undefined ? {} : { id: sent.id }),
    };
    return { sent, value: told };
  }

  /** Nothing is no event, and a field without data is none. */
  #value(schema: Place, random: Random): unknown {
    for (let attempt = 0; attempt < 20; attempt++) {
      const value = this.#values.valid(random, 'response', schema, 'body');
      if (value !== '' && value !== null) return value;
    }
    throw new Impossible('nothing but empty events');
  }

  /** OpenAPI 3.2 has `itemSchema`, and takes `schema` for the list of all events; documents of before describe one event by it. */
  #itemOf({ schema, itemSchema }: WrittenContent): Place | undefined {
    if (itemSchema || !schema) return itemSchema;
    const is32 = /^3\.2/.test(String(part(this.#documents.root(this.#file), 'openapi')?.value));
    return (is32 && part(this.#documents.deref(schema), 'items')) || schema;
  }

  /** What the text of an event's data is (JSON Schema, `contentSchema`). */
  #dataOf(schema: Place): Place | undefined {
    const own = this.#documents.deref(schema);
    const data = parts(part(own, 'properties')).find(({ key }) => key === 'data');
    return data && part(data, 'contentSchema');
  }
}

function oneLine(value: unknown): string {
  return String(value)
    .replace(/[\r\n\0]/g, ' ')
    .trim();
}

function statusOf(written: string | undefined): number {
  return Number(written?.replace(/XX/i, '00').replace('default', '200') ?? 204);
}

function isStream({ mediaType }: WrittenContent): boolean {
  return /^(text\/event-stream|application\/(x-ndjson|ndjson|jsonl|x-jsonlines|stream\+json|x-json-stream|(.*\+)?json-seq)|multipart\/mixed)\b/i.test(
    mediaType,
  );
}

/** JSON before what may be anything; text by itself. */
function contentOf(contents: readonly WrittenContent[], kind: string): WrittenContent | undefined {
  if (kind === 'text') return contents[0];
  const find = (pattern: RegExp) => contents.find(({ mediaType }) => pattern.test(mediaType));
  if (kind === 'xml') return find(/[/+]xml\b/i);
  return find(/^application\/json\b/i) ?? find(/[/+]json\b(?!-)/i) ?? find(/\*/) ?? find(/^text\//) ?? contents[0];
}

export function bytesOf(random: Random): Buffer {
  return Buffer.from(Array.from({ length: random.below(200) + 1 }, () => random.below(256)));
}
