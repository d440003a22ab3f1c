import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import { attribute, elementsOf, type XmlElement, type XmlNode } from '../../../adapter/xml/tree.ts';
import { encodingNamespace } from '../qname.ts';
import { answerLimits } from '../xml-conventions.ts';

/** Stands where a reference leads nowhere, and says why. */
export interface DeadReference extends XmlElement {
  /** In words that follow the element's name. */
  readonly reason: string;
}

export function isDead(element: XmlStart): element is DeadReference {
  return 'reason' in element;
}

/**
 * A body with every reference in it replaced by what it refers to (SOAP 1.1, 5.4.1; SOAP 1.2 part 2, 3.1.5), and without the elements that
 * only stand there to be referred to. A reference into itself is dead. Undefined where it all comes to more nodes than an answer may have:
 * values that refer to each other grow without bound.
 */
export function resolveReferences(body: XmlElement): XmlElement | undefined {
  const targets = new Map<string, XmlElement>();
  const met = { references: false };
  gather(body, targets, met);
  const roots = body.children.filter(child => typeof child === 'string' || !isNoRoot(child));
  const trimmed = roots.length === body.children.length ? body : { ...body, children: roots };
  if (!met.references) return trimmed;
  try {
    return new Resolving(targets).element(trimmed, 0);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function gather(element: XmlElement, targets: Map<string, XmlElement>, met: { references: boolean }): void {
  for (const child of elementsOf(element)) {
    const id = idOf(child);
    if (id !== undefined && !targets.has(id)) targets.set(id, child);
    met.references ||= referenceOf(child) !== undefined;
    gather(child, targets, met);
  }
}

/** SOAP 1.1, 5.6: what is no root of the graph is only referred to. */
function isNoRoot(element: XmlElement): boolean {
  const root = attribute(element, 'root', encodingNamespace['1.1'])?.trim();
  return root === '0' || root === 'false';
}

function idOf(element: XmlElement): string | undefined {
  return attribute(element, 'id') ?? attribute(element, 'id', encodingNamespace['1.2']);
}

/** An `href` to something outside of the message (an attachment) is no matter of encoding. */
function referenceOf(element: XmlElement): string | undefined {
  if (element.attributes.length === 0) return undefined;
  const href = attribute(element, 'href')?.trim();
  if (href?.startsWith('#')) return href.slice(1);
  return attribute(element, 'ref', encodingNamespace['1.2'])?.trim();
}

class Resolving {
  readonly #targets: ReadonlyMap<string, XmlElement>;
  /** What is being written out now. */
  readonly #open = new Set<XmlElement>();
  #nodes = 0;

  constructor(targets: ReadonlyMap<string, XmlElement>) {
    this.#targets = targets;
  }

  element(element: XmlElement, depth: number): XmlElement {
    if (depth > answerLimits.depth) return deadReference(element, `lies more than ${answerLimits.depth} levels deep`);
    const id = referenceOf(element);
    if (id === undefined) return this.#content(element, depth);
    const target = this.#targets.get(id);
    if (!target) return deadReference(element, 'refers to nothing that is there');
    if (this.#open.has(target)) return deadReference(element, 'refers to what it is in');
    const { namespace, local } = element;
    const found = this.element(target, depth + 1);
    return isDead(found) ? deadReference(element, found.reason) : { ...found, namespace, local };
  }

  #content(element: XmlElement, depth: number): XmlElement {
    this.#count(element.children.length);
    this.#open.add(element);
    const children = element.children.map(
      (child): XmlNode => (typeof child === 'string' ? child : this.element(child, depth + 1)),
    );
    this.#open.delete(element);
    return { ...element, children };
  }

  #count(nodes: number): void {
    this.#nodes += nodes + 1;
    if (this.#nodes > answerLimits.nodes) throw new RangeError('references come to too many nodes');
  }
}

export function deadReference(element: XmlElement, reason: string): DeadReference {
  return { ...element, children: [], reason };
}
