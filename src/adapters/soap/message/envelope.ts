import { parseXml } from '../../../adapter/xml/parse-xml.ts';
import { elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { decodeXml } from '../../../adapter/xml/xml-bytes.ts';
import type { SoapVersion } from '../qname.ts';
import { Contents } from '../read/contents.ts';
import { answerLimits } from '../xml-conventions.ts';
import { type Awaiting, DocumentContent } from './document-content.ts';
import { type RelatedPart, readRelated } from './related-parts.ts';

/** What came back, as far as SOAP goes; or why it is no envelope. */
type EnvelopeReading =
  | {
      readonly kind: 'body';
      /** Without what was awaited in it, where that came. */
      readonly body: XmlElement;
      /** Of what was awaited. Absent: it did not come. */
      readonly value?: { readonly of: unknown };
      readonly header: XmlElement | undefined;
      /** Absent: the envelope came alone. */
      readonly attachments?: readonly RelatedPart[];
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
export function readEnvelope(bytes: Buffer, contentType: string | undefined, awaiting?: Awaiting): EnvelopeReading {
  if (contentType === undefined || !/^\s*multipart\//i.test(contentType))
    return readAlone(bytes, contentType, awaiting);
  const related = readRelated(bytes, contentType);
  if (typeof related === 'string') return none(`The answer is ${related}.`);
  const { root, others } = related;
  const reading = readAlone(root.content, root.contentType);
  return reading.kind === 'body' ? { ...reading, attachments: others } : reading;
}

function readAlone(bytes: Buffer, contentType: string | undefined, awaiting?: Awaiting): EnvelopeReading {
  const text = decodeXml(bytes, contentType);
  if (text === undefined) return none('The answer is not in the encoding it says.');
  const document = new DocumentContent(awaiting);
  const parsed = parseXml(text, answerLimits, new Contents(document));
  if (!parsed.ok) return none(`The answer is not well-formed XML: ${parsed.problem}`);
  const { root, version, body, header, value } = document;
  if (version === undefined) return none(`The answer is a "${root?.local}", not a SOAP envelope.`);
  if (!body) return none('The envelope has no body.');
  const fault = elementsOf(body).find(({ local, namespace }) => local === 'Fault' && namespace === root?.namespace);
  if (fault) return { kind: 'fault', fault, header, version };
  return { kind: 'body', body, header, version, ...(value ? { value } : {}) };
}

function none(reason: string): EnvelopeReading {
  return { kind: 'none', reason };
}
