import type { AttachedPart } from '../model/call.ts';
import type { ElementField } from '../model/model.ts';
import { localOf, mimeNamespace, namespaceOf, type QName, qname, xsdNamespace } from '../qname.ts';
import { builtInType } from '../xsd/simple-type.ts';
import type { TypeCompiler } from '../xsd/type-compiler.ts';
import type { MimeContent } from './mime-contents.ts';
import type { MessagePart } from './wsdl.ts';

/** The attachments of a message, or the reason why there are none that can be told. */
export function attachedParts(
  compiler: TypeCompiler,
  message: readonly MessagePart[],
  contents: readonly MimeContent[],
): readonly AttachedPart[] | { readonly reason: string } {
  const attached = new Map<string, AttachedPart>();
  for (const { part: name, media } of contents) {
    const [only, ...others] = message;
    const part = name === undefined && others.length === 0 ? only : message.find(one => one.name === name);
    if (!part) return { reason: `its MIME part "${name ?? ''}" is no part of its message` };
    if (attached.has(part.name)) return { reason: `its part "${part.name}" stands in several MIME parts` };
    attached.set(part.name, attachedPart(compiler, part, media));
  }
  return [...attached.values()];
}

/**
 * What an attachment holds is told by its media types; what XML Schema says of it matters only where it is XML or text (WS-I Attachments
 * Profile 1.0, R2944 and 3.2): a picture is no base64, whatever the type of its part.
 */
function attachedPart(
  compiler: TypeCompiler,
  { name, element, type }: MessagePart,
  media: readonly string[],
): AttachedPart {
  const bytes = () => {
    compiler.takesFiles = true;
    return {
      part: name,
      holds: 'file',
      media,
      type: compiler.namedType(qname(xsdNamespace, 'base64Binary'), name),
    } as const;
  };
  if (element !== undefined) {
    const xml = media.filter(one => isXml(one) || one === '*/*').map(one => (one === '*/*' ? 'text/xml' : one));
    const root = xml.length > 0 ? compiler.rootElement(element) : undefined;
    if (!root) return bytes();
    const { namespace, local, nillable } = root;
    return { part: name, holds: 'element', media: xml, type: root.type, element: { namespace, local, nillable } };
  }
  const isText = type !== undefined && isTextual(type) && media.every(one => one.startsWith('text/') || isXml(one));
  return isText ? { part: name, holds: 'text', media, type: compiler.namedType(textOf(type), name) } : bytes();
}

/** An attachment of an output, as an element of what the message is read as. */
export function attachedField({ part, type }: AttachedPart): ElementField {
  const name = { namespace: mimeNamespace, local: part, type };
  return { kind: 'element', field: '', ...name, min: 1, max: 1, nillable: false, list: false, optional: true };
}

function isXml(media: string): boolean {
  return /^(text|application)\/xml$|\+xml$/.test(media) && !media.startsWith('image/');
}

/** Apache's type of text without further rules. */
const plainText: QName = qname('http://xml.apache.org/xml-soap', 'PlainText');

function isTextual(type: QName): boolean {
  if (type === plainText) return true;
  const builtIn = namespaceOf(type) === xsdNamespace ? builtInType(localOf(type)) : undefined;
  return builtIn !== undefined && !/^(Base64|HexBinary|JSON|QName|XML)$/.test(builtIn.primitive);
}

function textOf(type: QName): QName {
  return type === plainText ? qname(xsdNamespace, 'string') : type;
}
