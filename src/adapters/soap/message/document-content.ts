import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import type { XmlElement, XmlNode } from '../../../adapter/xml/tree.ts';
import { envelopeNamespace, type SoapVersion } from '../qname.ts';
import type { Awaited, Content, Malformed } from '../read/read.ts';
import { passedOver } from '../read/settled.ts';
import { TreeContent } from '../read/tree-content.ts';

/** What is awaited in an answer's body, and who is told what is wrong with it. */
export interface Awaiting {
  readonly awaited: Awaited;
  readonly malformed: Malformed;
}

/** What an envelope stands in, and in the end what it holds (SOAP 1.1, 4; SOAP 1.2 part 1, 5). */
export class DocumentContent implements Content {
  root: XmlStart | undefined;
  /** Undefined where the root is no envelope. */
  version: SoapVersion | undefined;
  /** The first, without what was awaited in it. */
  body: XmlElement | undefined;
  header: XmlElement | undefined;
  /** Of what was awaited: the first that came. */
  value: { readonly of: unknown } | undefined;
  readonly #awaiting: Awaiting | undefined;

  constructor(awaiting?: Awaiting) {
    this.#awaiting = awaiting;
  }

  child(start: XmlStart): Content {
    this.root = start;
    if (start.local === 'Envelope')
      this.version = (['1.1', '1.2'] as const).find(one => envelopeNamespace[one] === start.namespace);
    return this.version === undefined ? passedOver : new EnvelopeContent(start.namespace, this, this.#awaiting);
  }

  took(): void {}

  text(): void {}

  end(): void {}
}

class EnvelopeContent implements Content {
  readonly #namespace: string;
  readonly #document: DocumentContent;
  readonly #awaiting: Awaiting | undefined;

  constructor(namespace: string, document: DocumentContent, awaiting: Awaiting | undefined) {
    this.#namespace = namespace;
    this.#document = document;
    this.#awaiting = awaiting;
  }

  child(start: XmlStart): Content {
    const document = this.#document;
    if (start.namespace !== this.#namespace) return passedOver;
    if (start.local === 'Body' && !document.body) {
      if (this.#awaiting) return new BodyContent(start, document, this.#awaiting);
      return new TreeContent(start, body => {
        document.body = body;
      });
    }
    if (start.local !== 'Header' || document.header) return passedOver;
    return new TreeContent(start, header => {
      document.header = header;
    });
  }

  took(): void {}

  text(): void {}

  end(): void {}
}

/** Of what stands beside what is awaited a tree is made: a fault is, and what comes in its place. */
class BodyContent implements Content {
  readonly #document: DocumentContent;
  readonly #awaiting: Awaiting;
  readonly #others: XmlNode[] = [];
  #isAwaited = false;

  constructor(start: XmlStart, document: DocumentContent, awaiting: Awaiting) {
    this.#document = document;
    this.#awaiting = awaiting;
    document.body = { ...start, children: this.#others };
  }

  child(start: XmlStart): Content {
    const { awaited, malformed } = this.#awaiting;
    const { local, namespace, nillable, read } = awaited;
    this.#isAwaited = start.local === local && start.namespace === namespace && !this.#document.value;
    if (this.#isAwaited) return read(start, nillable, malformed);
    return new TreeContent(start, element => {
      this.#others.push(element);
    });
  }

  took(value: unknown): void {
    if (this.#isAwaited) this.#document.value = { of: value };
  }

  text(): void {}

  end(): void {}
}
