import { expect } from 'vitest';
import type { XmlElement } from '../../../src/adapter/xml/tree.ts';
import { readEnvelope } from '../../../src/adapters/soap/message/envelope.ts';
import type { SoapCall } from '../../../src/adapters/soap/model/call.ts';
import type { Types } from '../../../src/adapters/soap/model/fields.ts';
import { Decoder, resultOf } from '../../../src/adapters/soap/read/decode.ts';
import { encodeBody } from '../../../src/adapters/soap/write/encode.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { canonicalXml } from '../../support/canonical-xml.ts';
import { described } from './described.ts';
import { envelopeOf } from './soap-backend.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

/** The codec of a schema's type `T`, as an element `x` that is asked and answered. Other documents by path, beside `/x.wsdl`. */
export async function coded(schema: string, others: Readonly<Record<string, string>> = {}) {
  const whole = `${schema}${wrapper('Put', '<xs:element name="x" type="t:T"/>')}${wrapper('PutResponse', '<xs:element name="x" type="t:T"/>')}`;
  const made = await described({ '/x.wsdl': wsdlText(whole, ['Put']), ...others });
  const { types } = made.blueprint.model;
  const call = made.blueprint.calls['Mutation.put']!; // the only operation
  const { input } = call;
  return {
    ...made,
    /** The canonical lines of `x`, without names of the namespace `urn:shop`. */
    write(x: unknown): string[] {
      const [, ...lines] = canonicalXml(encodeBody(types, input, { x })).split('\n');
      return lines.map(line => line.slice(2).replaceAll('{urn:shop}', ''));
    },
    /** The text as it stands in the body. */
    text: (x: unknown) => encodeBody(types, input, { x }),
    /** What is read of `x`, what broke the contract, and what was not expected: the same while it comes, and of a tree. */
    read(content: string, attributes = '') {
      const element = `<PutResponse xmlns="urn:shop" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><x ${attributes}>${content}</x></PutResponse>`;
      const read = readAtOnce(types, call, element);
      expect(readAsTree(types, call, element)).toEqual(read);
      return read;
    },
  };
}

type Answered = Pick<SoapCall, 'output' | 'style'>;

function readAtOnce(types: Types, call: Answered, element: string) {
  const { malformed, told } = teller();
  const awaited = new Decoder(types).awaited(call)!; // the answer is literal, of document style
  const reading = readEnvelope(Buffer.from(envelopeOf(element)), 'text/xml', { awaited, malformed });
  if (reading.kind !== 'body' || !reading.value) throw new TypeError(JSON.stringify(reading));
  return told(resultOf(call.output!, reading.value.of)); // it has one
}

function readAsTree(types: Types, { output, style }: Answered, element: string) {
  const { malformed, told } = teller();
  return told(new Decoder(types).body(output!, bodyIn(element), style, malformed)); // it has one
}

function teller() {
  const broken: string[] = [];
  const unexpected: string[] = [];
  const fault = (reason: string) => {
    broken.push(reason);
    return new GatewayError('UPSTREAM_MALFORMED', reason);
  };
  return {
    malformed: Object.assign(fault, { unexpected: (what: string) => void unexpected.push(what) }),
    told: (value: unknown) => ({ value: JSON.parse(JSON.stringify(value)) as unknown, broken, unexpected }),
  };
}

function bodyIn(text: string): XmlElement {
  const reading = readEnvelope(Buffer.from(envelopeOf(text)), 'text/xml');
  if (reading.kind !== 'body') throw new TypeError(JSON.stringify(reading));
  return reading.body;
}
