import type { CallName } from '../../../adapter/upstream-error.ts';
import type { Decoder } from '../answer/decode.ts';
import { parseJson } from '../answer/json-text.ts';
import type { CallStream } from '../call/call.ts';
import { needsOf } from '../call/reading-needs.ts';
import type { Model } from '../call/shape.ts';
import { malformed } from '../fault.ts';
import type { ReadEvent } from './event-stream.ts';

/** Reads a stream's events by their shape; throws the fault of one that breaks the contract. */
export function eventReader(
  { payload, json, shape }: CallStream,
  decoder: Decoder,
  model: Model,
  name: CallName,
): ReadEvent {
  const needs = needsOf(shape, model);
  const decode = decoder.of(shape);
  const blame = (reason: string) => malformed(name, reason);
  const parsedText = (text: string): unknown => {
    const parsed = parseJson(Buffer.from(text), needs);
    if ('problem' in parsed) throw blame(parsed.problem);
    return parsed.value;
  };
  const checked = (value: unknown): unknown => {
    const decoded = decode(value, blame);
    if (decoded instanceof Error) throw decoded;
    return decoded;
  };
  if (payload === 'event') {
    return ({ text, event }) => {
      const { type = 'message', id } = event ?? {}; // HTML standard, 9.2.6: what an event is called that has no name
      return checked({ data: json ? parsedText(text) : text, event: type, ...(id === undefined ? {} : { id }) });
    };
  }
  return json ? ({ text }) => checked(parsedText(text)) : ({ text }) => text;
}
