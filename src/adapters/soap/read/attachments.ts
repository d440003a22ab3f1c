import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import { attribute, elementsOf, type XmlElement, type XmlNode } from '../../../adapter/xml/tree.ts';
import type { RelatedPart } from '../message/related-parts.ts';
import { type DeadReference, deadReference } from './multirefs.ts';

const xopNamespace = 'http://www.w3.org/2004/08/xop/include';

/** An element whose attachment was found; the text of one that refers by its text is kept. */
interface AttachedElement extends XmlElement {
  /** In base64. */
  readonly attached: string;
}

export function isAttached<T extends XmlStart>(element: T): element is T & Pick<AttachedElement, 'attached'> {
  return 'attached' in element;
}

/**
 * A body with its attachments in the places that refer to them, as base64 (XOP 1.0, 3.2; SOAP Messages with Attachments, 3). A place whose
 * attachment is not there is a dead reference. Text that is the URL of an attachment stays what it is: only its type tells whether it stands
 * for that. Nothing is put in place more often than it came: places that share an attachment could grow without bound.
 */
export function withAttachments(body: XmlElement, parts: readonly RelatedPart[]): XmlElement {
  const attachments = new Map(parts.map(({ id, content }) => [id, content] as const));
  let left = 0;
  for (const content of attachments.values()) left += content.length;
  const place = (element: XmlElement, reference: string): AttachedElement | DeadReference => {
    const content = reference.startsWith('cid:')
      ? attachments.get(unescaped(reference.slice('cid:'.length)))
      : undefined;
    if (!content) return deadReference(element, 'refers to an attachment that is not there');
    left -= content.length;
    if (left < 0) return deadReference(element, 'refers to attachments more often than they came');
    const attributes = element.attributes.filter(({ local, namespace }) => local !== 'href' || namespace !== '');
    const attached = content.toString('base64');
    return { ...element, attributes, children: [attached], attached };
  };
  const mark = (element: XmlElement, reference: string): XmlElement | AttachedElement => {
    const content = attachments.get(unescaped(reference.slice('cid:'.length)));
    if (!content) return element;
    left -= content.length;
    if (left < 0) return deadReference(element, 'refers to attachments more often than they came');
    return { ...element, attached: content.toString('base64') };
  };
  const walk = (element: XmlElement): XmlElement => {
    const reference = referenceOf(element);
    if (reference !== undefined) return place(element, reference);
    const url = urlIn(element);
    if (url !== undefined) return mark(element, url);
    let children: XmlNode[] | undefined;
    for (const [index, child] of element.children.entries()) {
      if (typeof child === 'string') continue;
      const walked = walk(child);
      if (walked === child) continue;
      children ??= [...element.children];
      children[index] = walked;
    }
    return children ? { ...element, children } : element;
  };
  return walk(body);
}

function referenceOf(element: XmlElement): string | undefined {
  const href = attribute(element, 'href')?.trim();
  if (href?.startsWith('cid:') && element.children.length === 0) return href;
  const [only, ...more] = elementsOf(element);
  if (only?.local !== 'Include' || only.namespace !== xopNamespace || more.length > 0) return undefined;
  return attribute(only, 'href')?.trim() ?? '';
}

/** Of an element that holds nothing but the URL of an attachment. */
function urlIn({ children }: XmlElement): string | undefined {
  const [only] = children;
  if (children.length !== 1 || typeof only !== 'string' || only.length > mostOfUrl) return undefined;
  const text = only.trim();
  return text.startsWith('cid:') ? text : undefined;
}

const mostOfUrl = 2_000;

/** RFC 2392, 2: percent-encoded. */
function unescaped(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
