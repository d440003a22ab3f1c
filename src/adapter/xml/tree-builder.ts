import type { XmlHandler, XmlStart } from './parse-xml.ts';
import type { XmlElement, XmlNode } from './tree.ts';

type Growing = Omit<XmlElement, 'children'> & { readonly children: XmlNode[] };

/** Makes a tree of what it is told. */
export class TreeBuilder implements XmlHandler {
  root: XmlElement | undefined;
  readonly #open: Growing[] = [];

  open({ namespace, local, attributes, scope }: XmlStart): void {
    const element: Growing = { namespace, local, attributes, children: [], scope };
    const parent = this.#open[this.#open.length - 1];
    if (parent) parent.children.push(element);
    else this.root = element;
    this.#open.push(element);
  }

  text(content: string): void {
    const children = this.#open[this.#open.length - 1]?.children;
    if (!children) return;
    const last = children.length - 1;
    const previous = children[last];
    if (typeof previous === 'string') children[last] = previous + content;
    else children.push(content);
  }

  close(): void {
    this.#open.pop();
  }
}
