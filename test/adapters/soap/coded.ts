import type { XmlElement } from '../../../src/adapter/xml/tree.ts';
import { readEnvelope } from '../../../src/adapters/soap/message/envelope.ts';
import { Decoder } from '../../../src/adapters/soap/read/decode.ts';
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
  const { input, output } = made.blueprint.calls['Mutation.put']!; // the only operation
  return {
    ...made,
    /** The canonical lines of `x`, without names of the namespace `urn:shop`. */
    write(x: unknown): string[] {
      const [, ...lines] = canonicalXml(encodeBody(types, input, { x })).split('\n');
      return lines.map(line => line.slice(2).replaceAll('{urn:shop}', ''));
    },
    /** The text as it stands in the body. */
    text: (x: unknown) => encodeBody(types, input, { x }),
    /** What is read of `x`, what broke the contract, and what was not expected. */
    read(content: string, attributes = '') {
      const broken: string[] = [];
      const unexpected: string[] = [];
      const fault = (reason: string) => {
        broken.push(reason);
        return new GatewayError('UPSTREAM_MALFORMED', reason);
      };
      const malformed = Object.assign(fault, { unexpected: (what: string) => void unexpected.push(what) });
      const element = `<PutResponse xmlns="urn:shop" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><x ${attributes}>${content}</x></PutResponse>`;
      const value = new Decoder(types).body(output!, bodyIn(element), 'document', malformed); // it has one
      return { value: JSON.parse(JSON.stringify(value)) as unknown, broken, unexpected };
    },
  };
}

function bodyIn(text: string): XmlElement {
  const reading = readEnvelope(Buffer.from(envelopeOf(text)), 'text/xml');
  if (reading.kind !== 'body') throw new TypeError(JSON.stringify(reading));
  return reading.body;
}
