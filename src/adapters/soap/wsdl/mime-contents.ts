import { attribute, childrenNamed, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { mimeNamespace } from '../qname.ts';

/** A part of a message that its binding makes an attachment. */
export interface MimeContent {
  /** Undefined: the only part of the message (WSDL 1.1, 5.9). */
  readonly part: string | undefined;
  /** Alternatives, as written; never none. */
  readonly media: readonly string[];
}

/** The parts of the message's MIME package (WSDL 1.1, 5.5): one of them holds the envelope. */
export function mimePartsOf(bound: XmlElement): readonly XmlElement[] {
  return childrenNamed(bound, mimeNamespace, 'multipartRelated').flatMap(package_ =>
    childrenNamed(package_, mimeNamespace, 'part'),
  );
}

/** What stands in the package beside the envelope (WSDL 1.1, 5.3 to 5.6), or why that cannot be said. */
export function mimeContents(parts: readonly XmlElement[]): readonly MimeContent[] | { readonly reason: string } {
  const contents: MimeContent[] = [];
  for (const part of parts) {
    const [first, ...others] = elementsOf(part).filter(isContent);
    if (!first) continue;
    if (first.local === 'multipartRelated') return { reason: 'its messages are MIME packages in MIME packages' };
    const name = attribute(first, 'part')?.trim();
    // Alternatives are of one part: a second part would have to be in the same piece.
    if (others.some(other => other.local === 'multipartRelated' || attribute(other, 'part')?.trim() !== name))
      return { reason: 'one MIME part of its messages is of several parts' };
    contents.push({ part: name, media: [...new Set([first, ...others].map(mediaOf))] });
  }
  return contents;
}

function isContent({ namespace, local }: XmlElement): boolean {
  return namespace === mimeNamespace && /^(content|mimeXml|multipartRelated)$/.test(local);
}

/** Where nothing is said, anything goes; `mimeXml` is XML (WSDL 1.1, 5.6). */
function mediaOf(content: XmlElement): string {
  if (content.local === 'mimeXml') return 'text/xml';
  const said = attribute(content, 'type')?.trim().toLowerCase() ?? '';
  return /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+/.exec(said)?.[0] ?? '*/*';
}
