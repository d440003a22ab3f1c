import { readXml } from '../../../adapter/xml/read-xml.ts';
import { elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { decodeXml } from '../../../adapter/xml/xml-bytes.ts';
import type { RelatedPart } from '../message/related-parts.ts';
import type { AttachedPart } from '../model/call.ts';
import { mimeNamespace, qname } from '../qname.ts';
import { answerLimits } from '../xml-conventions.ts';
import { isAttached } from './attachments.ts';
import { deadReference, isDead } from './multirefs.ts';

/**
 * A message's content with the parts that came as attachments as further elements of it, each under its part's name. One that is not there, or
 * holds something else, is a dead reference in its place. Old servers have an element of that name in the content, which refers to it.
 */
export function withAttachedElements(
  content: XmlElement,
  parts: readonly AttachedPart[],
  attachments: readonly RelatedPart[],
): XmlElement {
  const inside = new Set(elementsOf(content).flatMap(child => (isAttached(child) || isDead(child) ? child.local : [])));
  const beside = parts.filter(({ part }) => !inside.has(part));
  const found = matched(beside, attachments);
  const added = beside.map(part => {
    const place = { ...content, namespace: mimeNamespace, local: part.part, attributes: [], children: [] };
    const attachment = found.get(part);
    return attachment ? elementOf(part, attachment, place) : deadReference(place, 'is not among the attachments');
  });
  return { ...content, children: [...content.children, ...added] };
}

/**
 * Which attachment is which part: its id begins with the part's name and a `=` (WS-I Attachments Profile 1.0, 3.8), or is the name itself.
 * Where no id has a part's name, and there are as many attachments as parts, they are in the order of the binding.
 */
function matched(
  parts: readonly AttachedPart[],
  attachments: readonly RelatedPart[],
): ReadonlyMap<AttachedPart, RelatedPart> {
  const found = new Map<AttachedPart, RelatedPart>();
  for (const part of parts) {
    const attachment = attachments.find(({ id }) => nameIn(id) === part.part);
    if (attachment) found.set(part, attachment);
  }
  if (found.size > 0 || parts.length !== attachments.length) return found;
  return new Map(parts.map((part, index) => [part, attachments[index]!] as const)); // they are equally many
}

function nameIn(id: string): string {
  const name = /^([^=@]*)=/.exec(id)?.[1] ?? id.replace(/@.*$/, '');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function elementOf(
  { holds, element }: AttachedPart,
  { content, contentType }: RelatedPart,
  place: XmlElement,
): XmlElement {
  if (holds === 'file') return { ...place, children: [content.toString('base64')] };
  const text = decodeXml(content, contentType);
  if (text === undefined) return deadReference(place, 'is not in the encoding it says');
  if (holds === 'text') return { ...place, children: [text] };
  const reading = readXml(text, answerLimits);
  if (!reading.ok) return deadReference(place, `is not well-formed XML: ${reading.problem}`);
  const { root } = reading;
  if (root.local !== element?.local || root.namespace !== element.namespace)
    return deadReference(place, `holds ${qname(root.namespace, root.local)}`);
  return { ...root, namespace: place.namespace, local: place.local };
}
