import { randomBytes } from 'node:crypto';
import type { CallContext, CallItem, Outcome } from '../../adapter/adapter.ts';
import { EventHub } from '../../adapter/inbound/event-hub.ts';
import { Receiver } from '../../adapter/inbound/receiver.ts';
import { gatewayErrorOf } from '../../adapter/send-each.ts';
import { GatewayError } from '../../base/error.ts';
import type { InboundRequest, Received } from '../../base/inbound.ts';
import type { Source } from '../../source/source.ts';
import { type Answers, textOf } from './answer/answer.ts';
import { httpFile } from './answer/http-file.ts';
import { copyOfJson } from './answer/json-text.ts';
import type { InboundContent, OpenApiCall } from './call/call.ts';
import { withTextAt } from './call/callback-place.ts';
import { preferred, readingsOf } from './document/media-types.ts';
import { malformed } from './fault.ts';

interface InboundParts {
  readonly source: Source;
  /** What must be loaded before events can be read, where they need anything. */
  ready(call: OpenApiCall): Promise<void> | undefined;
  answersOf(call: OpenApiCall): Answers;
  /** Asks the backend what a callback is asked for with. */
  ask(call: OpenApiCall, item: CallItem, context: CallContext): Promise<Outcome>;
}

/** What came, parsed once, for all who listened then. */
interface CameEvent {
  readonly request: InboundRequest;
  readonly content: InboundContent | undefined;
  readonly parsed: unknown;
  /** Who have not read it yet: the last of them needs no copy. */
  readers: number;
}

/** What the backend sends by itself: taken in, verified, and brought to everybody who listens. */
export class Inbound {
  readonly #parts: InboundParts;
  readonly #receiver: Receiver | undefined;
  readonly #byName: ReadonlyMap<string, OpenApiCall>;
  readonly #hub = new EventHub<CameEvent>();

  constructor(calls: readonly OpenApiCall[], parts: InboundParts) {
    this.#parts = parts;
    this.#byName = new Map(calls.flatMap(call => (call.inbound ? [[call.operation, call] as const] : [])));
    const { webhooks } = parts.source.options;
    this.#receiver = webhooks && new Receiver(webhooks);
  }

  /** A webhook's place is its field's name; a callback's has a second segment that only the backend which was told it knows. */
  receive(place: readonly string[], request: InboundRequest): Received | Promise<Received> {
    const [name = ''] = place;
    const call = this.#byName.get(name);
    const topic = place.join('/');
    if (!call?.inbound) return 'unknown';
    const { place: asked, method } = call.inbound;
    const isThere = place.length === (asked ? 2 : 1) && (!asked || this.#hub.hears(topic));
    if (!isThere || !this.#receiver) return 'unknown';
    if (request.method !== method) return 'wrong-method';
    const receiver = this.#receiver;
    const received = () => receiver.receive(topic, request, () => this.#take(call, topic, request));
    return this.#parts.ready(call)?.then(received) ?? received();
  }

  /** A webhook's events from now on; a callback's from when the backend was asked for them, which is done here. */
  async *events(call: OpenApiCall, item: CallItem, context: CallContext): AsyncGenerator<Outcome, void> {
    const { operation, inbound } = call;
    const topic = inbound?.place ? `${operation}/${randomBytes(18).toString('base64url')}` : operation;
    const events = this.#hub.listen(topic, context.signal);
    try {
      if (inbound?.place) {
        const args = withTextAt(item.args, inbound.place, this.#address(topic));
        const answered = await this.#parts.ask(call, { args }, context);
        if ('fault' in answered) {
          yield answered;
          return;
        }
      }
      for await (const event of events) yield this.#read(call, event);
    } catch (error) {
      yield { fault: gatewayErrorOf(error) };
    } finally {
      await events.return?.();
    }
  }

  close(): void {
    this.#hub.close();
  }

  #address(topic: string): string {
    const { name, options } = this.#parts.source;
    return `${options.webhooks?.publicUrl ?? ''}/hooks/${encodeURIComponent(name)}/${topic}`;
  }

  /** False where it cannot be read. */
  #take(call: OpenApiCall, topic: string, request: InboundRequest): boolean {
    const content = contentOf(call, request);
    const parsed = isParsed(content)
      ? this.#parts.answersOf(call).readers.get(content)?.parse(request)
      : { value: true };
    if (!parsed || 'problem' in parsed) return false;
    const event: CameEvent = { request, content, parsed: parsed.value, readers: 0 };
    event.readers = this.#hub.publish(topic, event);
    return true;
  }

  /** What is read belongs to the reader alone. */
  #read(call: OpenApiCall, event: CameEvent): Outcome {
    const { content, request } = event;
    if (content?.kind === 'file') return { value: httpFile(request.headers, request.body) };
    if (content?.kind === 'text') return { value: textOf(request) };
    if (!isParsed(content)) return { value: true };
    const { name, readers } = this.#parts.answersOf(call);
    const value = readers.get(content)?.decode(ownOf(event), reason => malformed(name, reason));
    return value instanceof GatewayError ? { fault: value } : { value };
  }
}

/** What the body is, as the request says; what it says may be something else than the document does. */
function contentOf({ inbound }: OpenApiCall, { headers }: InboundRequest): InboundContent | undefined {
  const { contents = [] } = inbound ?? {};
  const type = headers['content-type'];
  return (type === undefined ? undefined : preferred(contents, readingsOf(type))) ?? contents[0];
}

/** Is it data, which each reader decodes in place? */
function isParsed(content: InboundContent | undefined): content is InboundContent {
  return content !== undefined && content.kind !== 'text' && content.kind !== 'file';
}

function ownOf(event: CameEvent): unknown {
  event.readers -= 1;
  return event.readers === 0 ? event.parsed : copyOfJson(event.parsed);
}
