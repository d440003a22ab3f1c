import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import type { XmlElement } from '../../../adapter/xml/tree.ts';
import { TreeBuilder } from '../../../adapter/xml/tree-builder.ts';
import type { Content } from './read.ts';

/** An element that is read only when all of it is there. */
export class TreeContent implements Content {
  readonly #read: (element: XmlElement) => unknown;
  /** Undefined where the element stands in a tree already. */
  readonly #builder: TreeBuilder | undefined;
  readonly #start: XmlStart;
  #depth = 1;

  constructor(start: XmlStart, read: (element: XmlElement) => unknown) {
    this.#read = read;
    this.#start = start;
    if ('children' in start) return;
    this.#builder = new TreeBuilder();
    this.#builder.open(start);
  }

  child(start: XmlStart): Content {
    this.#depth += 1;
    this.#builder?.open(start);
    return this;
  }

  took(): void {}

  text(content: string): void {
    this.#builder?.text(content);
  }

  end(): unknown {
    this.#depth -= 1;
    this.#builder?.close();
    if (this.#depth > 0) return undefined;
    return this.#read(this.#builder?.root ?? (this.#start as XmlElement)); // it has children, or there is a builder
  }
}
