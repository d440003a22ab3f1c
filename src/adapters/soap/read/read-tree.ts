import type { XmlElement } from '../../../adapter/xml/tree.ts';
import type { Content } from './read.ts';

/** The value of an element that is there as a whole. `content` was begun with it. */
export function readTree(element: XmlElement, content: Content): unknown {
  for (const child of element.children) {
    if (typeof child === 'string') content.text(child);
    else content.took(readTree(child, content.child(child)));
  }
  return content.end();
}
