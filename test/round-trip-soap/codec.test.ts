import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Blueprint } from '../../src/adapter/adapter.ts';
import { uploadsIn } from '../../src/adapter/uploads-in.ts';
import { soap } from '../../src/adapters/soap/index.ts';
import { readEnvelope } from '../../src/adapters/soap/message/envelope.ts';
import type { BodyModel, SoapCall } from '../../src/adapters/soap/model/call.ts';
import type { Types } from '../../src/adapters/soap/model/fields.ts';
import type { Model } from '../../src/adapters/soap/model/model.ts';
import { Decoder } from '../../src/adapters/soap/read/decode.ts';
import { encodeBody } from '../../src/adapters/soap/write/encode.ts';
import { GatewayError } from '../../src/base/error.ts';
import { isRecord } from '../../src/base/json.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { Sampler } from '../adapters/soap/sample.ts';
import { envelopeOf } from '../adapters/soap/soap-backend.ts';
import { fixturesExist, wsdlDocuments } from '../corpus/corpus.ts';
import { canonicalXml } from '../support/canonical-xml.ts';

if (!fixturesExist) console.warn('SKIPPED: ../shared/fixtures is not there; types of real WSDLs are not coded.');

describe.skipIf(!fixturesExist)('parse(write(x)) = x', () => {
  it('for values of the types of every message, both ways', async () => {
    const wrong: string[] = [];
    let coded = 0;
    for (const { name, source } of await wsdlDocuments()) {
      const io = { reader: openReader(source), signal: AbortSignal.timeout(60_000) };
      const description = await soap.describe(source, io);
      if (!description.ok) continue;
      const { calls, model } = description.value.blueprint as Blueprint<SoapCall, Model>; // the adapter's own types
      for (const [seed, call] of Object.values(calls).entries()) {
        for (const body of [call.input, call.output]) {
          // Attachments stand beside what is coded: soap-peers has them read and written by others.
          if (!body || body.shape === 'empty' || body.encoded || body.attached) continue;
          coded += 1;
          for (const line of differencesOf(model.types, { ...body, shape: 'bare' }, call, seed).slice(0, 1))
            wrong.push(`${name} ${call.operation} ${line}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(coded).toBeGreaterThan(3_500);
  }, 300_000);
});

/** Where what is read is not what was written. */
function differencesOf(types: Types, body: BodyModel, call: SoapCall, seed: number): string[] {
  const { input } = new Sampler(types, seed).args(body);
  if (uploadsIn(input).length > 0) return [];
  const text = encodeBody(types, body, { input });
  const reading = readEnvelope(Buffer.from(envelopeOf(text)), 'text/xml');
  if (reading.kind !== 'body') return [`is no envelope: ${JSON.stringify(reading)}`];
  const faults: string[] = [];
  const malformed = told(faults);
  const decoder = new Decoder(types);
  const read = decoder.body(body, reading.body, call.style, malformed);
  const awaited = decoder.awaited({ output: body, style: call.style });
  const atOnce = awaited && readEnvelope(Buffer.from(envelopeOf(text)), 'text/xml', { awaited, malformed });
  if (atOnce && !(atOnce.kind === 'body' && isDeepStrictEqual(plain(atOnce.value?.of), plain(read))))
    return ['is read otherwise while it comes'];
  return [...faults, ...differences(input, read, '')];
}

function told(faults: string[]) {
  const fault = (reason: string) => {
    faults.push(reason);
    return new GatewayError('UPSTREAM_MALFORMED', reason);
  };
  return Object.assign(fault, { unexpected: (what: string) => void faults.push(`unexpected ${what}`) });
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify({ value }));

function differences(written: unknown, read: unknown, path: string): string[] {
  const say = (what: string) => [`${path} ${what}: ${JSON.stringify(written)} ${JSON.stringify(read)}`.slice(0, 300)];
  // What is absent is null or nothing, or what the schema says of it.
  if (written === undefined || written === null) return isRecord(read) ? say('came from nothing') : [];
  if (Array.isArray(written)) {
    if (!Array.isArray(read) || read.length !== written.length) return say('is another list');
    return written.flatMap((item, index) => differences(item, read[index], `${path}.${index}`));
  }
  if (isRecord(written)) {
    const [[variant = '', chosen] = [], ...more] = Object.entries(written);
    const isChoice = more.length === 0 && (!isRecord(read) || !(variant in read));
    if (isChoice && variant !== '') return differences(chosen, read, path);
    if (!isRecord(read)) return say('is no object');
    const lost = Object.keys(written).filter(field => !(field in read));
    if (lost.length > 0) return say(`has lost ${lost.join(', ')}`);
    return Object.keys(read)
      .filter(field => field !== '__typename')
      .flatMap(field => differences(written[field], read[field], `${path}.${field}`));
  }
  if (typeof written === 'string' && written.startsWith('<'))
    return canonicalXml(written) === canonicalXml(String(read)) ? [] : say('is other XML');
  return String(written).trim() === String(read).trim() ? [] : say('is another value');
}
