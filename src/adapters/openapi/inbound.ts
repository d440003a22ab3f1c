import { randomBytes } from 'node:crypto';
import type { CallContext, CallItem, Outcome } from '../../adapter/adapter.ts';
import { EventHub } from '../../adapter/inbound/event-hub.ts';
import { Receiver } from '../../adapter/inbound/receiver.ts';
import { gatewayErrorOf } from '../../adapter/send-each.ts';
import { GatewayError } from '../../base/error.ts';
import type { InboundRequest, Received } from '../../base/inbound.ts';
import type { Source } from '../../source/source.ts';
import type { Decoder } from './answer/decode.ts';
import { copyOfJson, parseJson } from './answer/json-text.ts';
import type { CallInbound, OpenApiCall } from './call/call.ts';
import { withTextAt } from './call/callback-place.ts';
import { needsOf } from './call/reading-needs.ts';
import type { Model, Shape } from './call/shape.ts';
import { malformed } from './fault.ts';

interface InboundParts {
  readonly source: Source;
  readonly model: Model;
  readonly decoder: Decoder;
  /** Asks the backend what a callback is asked for with. */
  ask(call: OpenApiCall, item: CallItem, context: CallContext): Promise<Outcome>;
}

/** What came, parsed once, for all who listened then. */
interface ParsedEvent {
  readonly value: unknown;
  /** Who have not read it yet: the last of them needs no copy. */
  readers: number;
}

/** What the backend sends by itself: taken in, verified, and brought to everybody who listens. */
export class Inbound {
  readonly #parts: InboundParts;
  readonly #receiver: Receiver | undefined;
  readonly #byName: ReadonlyMap<string, CallInbound>;
  readonly #hub = new EventHub<ParsedEvent>();

  constructor(calls: readonly OpenApiCall[], parts: InboundParts) {
    this.#parts = parts;
    this.#byName = new Map(calls.flatMap(({ operation, inbound }) => (inbound ? [[operation, inbound] as const] : [])));
    const { webhooks } = parts.source.options;
    this.#receiver = webhooks && new Receiver(webhooks);
  }

  /** A webhook's place is its field's name; a callback's has a second segment that only the backend which was told it knows. */
  receive(place: readonly string[], request: InboundRequest): Received {
    const [name = ''] = place;
    const inbound = this.#byName.get(name);
    const topic = place.join('/');
    const isThere = inbound && place.length === (inbound.place ? 2 : 1) && (!inbound.place || this.#hub.hears(topic));
    if (!isThere || !this.#receiver) return 'unknown';
    if (request.method !== inbound.method) return 'wrong-method';
    return this.#receiver.receive(topic, request, () => {
      const parsed = this.#parsed(inbound, request.body);
      if ('problem' in parsed) return false;
      const event: ParsedEvent = { value: parsed.value, readers: 0 };
      event.readers = this.#hub.publish(topic, event);
      return true;
    });
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
      for await (const event of events) yield this.#read(operation, inbound?.shape, event);
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

  #parsed({ shape }: CallInbound, body: Buffer): ReturnType<typeof parseJson> {
    return shape === undefined ? { value: true } : parseJson(body, needsOf(shape, this.#parts.model));
  }

  /** What is read belongs to the reader alone. */
  #read(operation: string, shape: Shape | undefined, event: ParsedEvent): Outcome {
    const { source, decoder } = this.#parts;
    if (shape === undefined) return { value: true };
    const name = { source: source.name, operation };
    const value = decoder.of(shape)(ownOf(event), reason => malformed(name, reason));
    return value instanceof GatewayError ? { fault: value } : { value };
  }
}

function ownOf(event: ParsedEvent): unknown {
  event.readers -= 1;
  return event.readers === 0 ? event.value : copyOfJson(event.value);
}
