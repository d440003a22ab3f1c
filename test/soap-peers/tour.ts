import { buildSchema, type GraphQLSchema } from 'graphql';
import type { Blueprint } from '../../src/adapter/adapter.ts';
import { soap } from '../../src/adapters/soap/index.ts';
import type { BodyModel, SoapCall } from '../../src/adapters/soap/model/call.ts';
import type { Types } from '../../src/adapters/soap/model/fields.ts';
import type { Model } from '../../src/adapters/soap/model/model.ts';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { sourceOf } from '../adapters/soap/described.ts';
import { Sampler } from '../adapters/soap/sample.ts';
import { openGateway } from '../corpus/open-gateway.ts';
import { selectionOf } from '../round-trip/selection.ts';
import { answerDifferences, sentDifferences, toPeer, Unsayable } from './peer-value.ts';

/** What was found of one WSDL. */
export interface Tour {
  operations: number;
  /** Requests that the peer read, each equal to what was meant. */
  requests: number;
  /** Answers of the peer that arrived at the client, each equal to what it was told to say. */
  answers: number;
  /** Requests and answers that were not made, by reason. */
  readonly notSaid: Record<string, number>;
  readonly misses: string[];
}

/** A server of another make, and what it makes of messages beside their values. */
export interface Peer {
  readonly url: string;
  /** What it read, as the fields of the message's type. Default: as it tells it. */
  taken?(types: Types, call: SoapCall, value: unknown): unknown;
  /** What it is to be told, that it says these. Default: the fields of the message's type. */
  said?(types: Types, call: SoapCall, value: unknown): unknown;
}

interface Taken {
  readonly operation?: string;
  readonly value?: unknown;
  readonly problem?: string;
}

interface TourOptions {
  /** The folder that the document's imports stay in. */
  readonly root: string;
  readonly peer: Peer;
  readonly lane: 'plan' | 'reference';
  readonly seed: number;
  readonly mostOperations: number;
}

/**
 * Asks operations of a WSDL through a gateway's endpoint, with values by a seed, of a peer that reads and writes by its own model of the
 * same WSDL. What the peer read is compared with what was meant, what the client got with what the peer was told to say.
 */
export async function tour(document: string, options: TourOptions): Promise<Tour> {
  const { root, peer, lane, seed, mostOperations } = options;
  const found: Tour = { operations: 0, requests: 0, answers: 0, notSaid: {}, misses: [] };
  const { calls, model } = await blueprintOf(document, root);
  const asked = Object.entries(calls).slice(0, mostOperations);
  if (asked.length === 0) return found;
  const endpoint = `${peer.url}/soap?wsdl=${encodeURIComponent(document)}`;
  const sources = { peer: { document, root, endpoint } };
  const gateway = await openGateway({ sources, lane, limits: { cost: 1e9 } });
  try {
    const schema = buildSchema(gateway.sdl());
    for (const [coordinate, call] of asked) {
      found.operations += 1;
      const sampler = new Sampler(model.types, seed + found.operations, anyText);
      const ask = (args: Record<string, unknown>) => gateway.ask(operationOf(schema, coordinate, args), args);
      await visit({ types: model.types, call, peer, sampler, ask, found });
    }
  } finally {
    await gateway.close();
  }
  return found;
}

interface Visit {
  readonly types: Types;
  readonly call: SoapCall;
  readonly peer: Peer;
  readonly sampler: Sampler;
  ask(args: Record<string, unknown>): ReturnType<Awaited<ReturnType<typeof openGateway>>['ask']>;
  readonly found: Tour;
}

/** One operation, once. */
async function visit({ types, call, peer, sampler, ask, found }: Visit): Promise<void> {
  const { operation: name, input, output } = call;
  const request = sayable(found, 'request', () => {
    const args = sampler.args(input);
    if (input.attached) throw new Unsayable('an attachment');
    const meant = input.shape === 'bare' ? args['input'] : args;
    toPeer(types, input.type, meant);
    return { args, meant };
  });
  if (!request) return;
  const answer = output && sayable(found, 'answer', () => answerOf(types, output, sampler));
  const said = answer && peer.said ? peer.said(types, call, answer.said) : (answer?.said ?? null);
  await fetch(`${peer.url}/answer`, { method: 'POST', body: JSON.stringify(said) });
  const { data, errors = [] } = await ask(request.args);
  const [taken, ...others] = (await (await fetch(`${peer.url}/taken`)).json()) as Taken[]; // the peer's own
  const faults = errors.map(error => `${error.path?.join('.')} ${JSON.stringify(error.extensions)}`);
  if (!taken || others.length > 0 || taken.problem !== undefined) {
    const problems = [taken, ...others].map(each => each?.problem ?? each?.operation ?? 'nothing');
    const told = JSON.stringify(said)?.slice(0, 200);
    found.misses.push(`${name}: the peer took ${problems.join(', ')}; was to say ${told}; ${faults.join(', ')}`);
    return;
  }
  const read = peer.taken ? peer.taken(types, call, taken.value) : taken.value;
  const nothing = types[input.type]?.kind === 'complex' ? {} : undefined; // some take an empty message for none
  const wrong = sentDifferences(types, input.type, request.meant, read ?? nothing, name);
  found.misses.push(...wrong);
  if (wrong.length === 0) found.requests += 1;
  if (!answer || !output) return;
  const got = (data as Record<string, unknown> | null | undefined)?.[name]; // of this one field
  const unlike = [...faults, ...(output.shape === 'empty' ? [] : differences(types, output, answer.value, got, name))];
  found.misses.push(...unlike.map(each => `${name} answered: ${each}`));
  if (unlike.length === 0) found.answers += 1;
}

function answerOf(types: Types, output: BodyModel, sampler: Sampler) {
  if (output.attached) throw new Unsayable('an attachment');
  const value = sampler.value(output.type, 0);
  return { value, said: toPeer(types, output.type, value) };
}

function differences(types: Types, { type, shape, field }: BodyModel, value: unknown, got: unknown, at: string) {
  return answerDifferences(types, type, value, shape === 'wrapped' && field ? { [field]: got } : got, at);
}

/** Undefined, and counted, where a value cannot be made or said. */
function sayable<T>({ notSaid }: Tour, what: string, make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof Unsayable)) throw error;
    const why = error instanceof Unsayable ? error.message : 'a value without an end'; // its type demands itself
    const reason = `${what}: ${why}`;
    notSaid[reason] = (notSaid[reason] ?? 0) + 1;
    return undefined;
  }
}

function operationOf(schema: GraphQLSchema, coordinate: string, args: Readonly<Record<string, unknown>>): string {
  const [root = '', name = ''] = coordinate.split('.');
  const type = root === 'Query' ? schema.getQueryType() : schema.getMutationType();
  const field = type!.getFields()[name]!; // the client's schema has each call's
  const given = field.args.filter(each => args[each.name] !== undefined);
  const inParentheses = (parts: readonly string[]) => (parts.length > 0 ? `(${parts.join(', ')})` : '');
  const defined = inParentheses(given.map(each => `$${each.name}: ${String(each.type)}`));
  const passed = inParentheses(given.map(each => `${each.name}: $${each.name}`));
  return `${root.toLowerCase()} ${defined} { ${name}${passed} ${selectionOf(schema, field.type, schema)} }`;
}

/** Texts that break what does not escape, or cuts. Never empty: zeep takes no text for no value. */
const texts = ['s', '<é> & "ü" ]]> \'', '漢字 𝄞', ' 007 ', 'a\n\tb', '&amp;'];

function anyText(random: () => number): string {
  return texts[Math.floor(random() * texts.length)]!;
}

async function blueprintOf(document: string, root: string): Promise<Blueprint<SoapCall, Model>> {
  const source = sourceOf(document, { root });
  const description = await soap.describe(source, { reader: openReader(source), signal: new AbortController().signal });
  if (!description.ok) throw new TypeError(description.diagnostics.map(formatDiagnostic).join('\n'));
  return description.value.blueprint as Blueprint<SoapCall, Model>; // the adapter's own types
}
