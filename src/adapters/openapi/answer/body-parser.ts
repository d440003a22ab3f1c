import type { BodySyntax, CallAnswer, InboundContent } from '../call/call.ts';
import { needsOf } from '../call/reading-needs.ts';
import type { Model, Shape } from '../call/shape.ts';
import { isForm, isJson, isXml } from '../document/media-types.ts';
import { FormReader } from './form-reader.ts';
import { parseJson } from './json-text.ts';
import type { XmlReader } from './xml-answer.ts';

/** What came, whichever way. */
export interface Message {
  readonly headers: { readonly 'content-type'?: string | undefined };
  readonly body: Buffer;
}

/** A body as data, as the same in JSON would be. */
export type Parse = (message: Message) => { readonly value: unknown } | { readonly problem: string };

/** How the body of an answer or of an event is parsed. An answer that is none of what it should be may still be JSON. */
export function parserOf(
  expected: CallAnswer | InboundContent,
  shape: Shape,
  model: Model,
  xml: XmlReader | undefined,
): Parse {
  const isEvent = 'mediaType' in expected; // and copied for all who listen, whatever of it is read
  const needs = { ...needsOf(shape, model), ...(isEvent ? { depth: true } : {}) };
  const json: Parse = ({ body }) => parseJson(body, needs);
  const parserFor = ({ kind, xml: root, encoding }: BodySyntax): Parse => {
    if (kind === 'xml' && xml) return ({ body, headers }) => xml.read(body, headers['content-type'], shape, root);
    if (kind !== 'form') return json;
    const form = new FormReader(model.types);
    return ({ body, headers }) => form.read(body, headers['content-type'], shape, encoding);
  };
  const main = parserFor(expected);
  if (isEvent) return main;
  const { others = [] } = expected;
  if (main === json && others.length === 0) return json;
  const known = new Map<BodySyntax['kind'] | undefined, Parse>([['json', json]]);
  for (const syntax of [...others, expected]) known.set(syntax.kind, parserFor(syntax));
  return message => (known.get(kindOf(message, known.has('xml'))) ?? main)(message);
}

/** What the body shows itself to be, for labels are often wrong; what it leaves open, its label says. */
function kindOf(message: Message, mayBeXml: boolean): BodySyntax['kind'] | undefined {
  const start = startOf(message);
  if (/^[[{]/.test(start)) return 'json'; // neither XML nor a form that anybody writes begins so
  if (mayBeXml && start.startsWith('<') && !/^<(!doctype\s+)?html\b/i.test(start)) return 'xml';
  const said = kindSaidBy(message);
  return said === 'xml' && !start.startsWith('<') ? undefined : said;
}

function kindSaidBy({ headers }: Message): BodySyntax['kind'] | undefined {
  const type = headers['content-type'] ?? '';
  if (isJson(type)) return 'json';
  return isXml(type) ? 'xml' : isForm(type) ? 'form' : undefined;
}

/** Byte order marks, the other half of characters in UTF-16, and white space. */
const silent: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf, 0xfe, 0xff, 0, 0x20, 0x09, 0x0a, 0x0d]);

/** The first characters that say something. */
function startOf({ body }: Message): string {
  const start = body.findIndex(byte => !silent.has(byte));
  return start < 0
    ? ''
    : body
        .subarray(start, start + 64)
        .toString('latin1')
        .replaceAll('\0', '');
}
