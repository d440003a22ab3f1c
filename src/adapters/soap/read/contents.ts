import type { XmlHandler, XmlStart } from '../../../adapter/xml/parse-xml.ts';
import type { Content } from './read.ts';

/** Tells what the parser tells to the contents of the elements that are open. */
export class Contents implements XmlHandler {
  readonly #open: Content[] = [];
  #top: Content;

  /** `document`: what the root element stands in. */
  constructor(document: Content) {
    this.#top = document;
  }

  open(start: XmlStart): void {
    const child = this.#top.child(start);
    this.#open.push(this.#top);
    this.#top = child;
  }

  text(content: string): void {
    this.#top.text(content);
  }

  close(): void {
    const value = this.#top.end();
    this.#top = this.#open.pop()!; // each end tag has its start tag
    this.#top.took(value);
  }
}
