import { readXml } from '../../../adapter/xml/read-xml.ts';
import { childrenNamed, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { decodeXml } from '../../../adapter/xml/xml-bytes.ts';
import { envelopeNamespace, type SoapVersion } from '../qname.ts';
import { answerLimits } from '../xml-conventions.ts';
import { readRelated } from './related-parts.ts';

/** What came back, as far as SOAP goes; or why it is no envelope. */
type EnvelopeReading =
  | {
      readonly kind: 'body';
      readonly body: XmlElement;
      readonly header: XmlElement | undefined;
      /** By their ids. Absent: the envelope came alone. */
      readonly attachments?: ReadonlyMap<string, Buffer>;
      readonly version: SoapVersion;
    }
  | {
      readonly kind: 'fault';
      readonly fault: XmlElement;
      readonly header: XmlElement | undefined;
      readonly version: SoapVersion;
    }
  | { readonly kind: 'none'; readonly reason: string };

/** Reads a SOAP envelope, of either version whatever was asked with: a server that knows only the other says so in its own. */
export function readEnvelope(bytes: Buffer, contentType: string | undefined): EnvelopeReading {
  if (contentType === undefined || !/^\s*multipart\//i.test(contentType)) return readAlone(bytes, contentType);
  const related = readRelated(bytes, contentType);
  if (typeof related === 'string') return none(`The answer is ${related}.`);
  const { root, others } = related;
  const reading = readAlone(root.content, root.contentType);
  return reading.kind === 'body' ? { ...reading, attachments: others } : reading;
}

function readAlone(bytes: Buffer, contentType: string | undefined): EnvelopeReading {
  const text = decodeXml(bytes, contentType);
  if (text === undefined) return none('The answer is not in the encoding it says.');
  const reading = readXml(text, answerLimits);
  if (!reading.ok) return none(`The answer is not well-formed XML: ${reading.problem}`);
  const { root } = reading;
  const version = (['1.1', '1.2'] as const).find(one => envelopeNamespace[one] === root.namespace);
  if (version === undefined || root.local !== 'Envelope')
    return none(`The answer is a "${root.local}", not a SOAP envelope.`);
  const [body] = childrenNamed(root, root.namespace, 'Body');
  if (!body) return none('The envelope has no body.');
  const fault = elementsOf(body).find(element => element.local === 'Fault' && element.namespace === root.namespace);
  const [header] = childrenNamed(root, root.namespace, 'Header');
  return fault ? { kind: 'fault', fault, header, version } : { kind: 'body', body, header, version };
}

function none(reason: string): EnvelopeReading {
  return { kind: 'none', reason };
}
