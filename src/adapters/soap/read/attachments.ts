import { attribute, elementsOf, type XmlElement, type XmlNode } from '../../../adapter/xml/tree.ts';
import { deadReference } from './multirefs.ts';

const xopNamespace = 'http://www.w3.org/2004/08/xop/include';

/**
 * A body with its attachments in the places that refer to them, as base64 (XOP 1.0, 3.2; SOAP Messages with Attachments, 3). A place whose
 * attachment is not there is a dead reference. Nothing is put in place more often than it came: places that share an attachment could grow
 * without bound.
 */
export function withAttachments(body: XmlElement, attachments: ReadonlyMap<string, Buffer>): XmlElement {
  let left = 0;
  for (const content of attachments.values()) left += content.length;
  const place = (element: XmlElement, reference: string): XmlElement => {
    const content = reference.startsWith('cid:')
      ? attachments.get(unescaped(reference.slice('cid:'.length)))
      : undefined;
    if (!content) return deadReference(element, 'refers to an attachment that is not there');
    left -= content.length;
    if (left < 0) return deadReference(element, 'refers to attachments more often than they came');
    const attributes = element.attributes.filter(({ local, namespace }) => local !== 'href' || namespace !== '');
    return { ...element, attributes, children: [content.toString('base64')] };
  };
  const walk = (element: XmlElement): XmlElement => {
    const reference = referenceOf(element);
    if (reference !== undefined) return place(element, reference);
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

/** RFC 2392, 2: percent-encoded. */
function unescaped(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}
