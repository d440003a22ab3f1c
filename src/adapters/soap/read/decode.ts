import { elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import type { RelatedPart } from '../message/related-parts.ts';
import type { BodyModel, HeaderModel, SoapCall } from '../model/call.ts';
import { leavesWithin, type Types } from '../model/fields.ts';
import type { TypeKey } from '../model/model.ts';
import { qname } from '../qname.ts';
import { withAttachedElements } from './attached-elements.ts';
import { withAttachments } from './attachments.ts';
import { resolveReferences } from './multirefs.ts';
import type { Awaited, Malformed } from './read.ts';
import { TypeReaders } from './type-readers.ts';

/**
 * Reads bodies by the schema, guessing nothing: elements by their qualified name, else by their local name; what the schema does not
 * know is passed over; a value that is none stands as an error in its place.
 */
export class Decoder {
  readonly #types: Types;
  readonly #readers: TypeReaders;
  /** Those of bodies with references: only in them dead ones are looked for. */
  #following: TypeReaders | undefined;

  constructor(types: Types) {
    this.#types = types;
    this.#readers = new TypeReaders(types);
  }

  /**
   * What can be read while it comes; undefined where a body must be there as a whole: what is encoded refers to what comes later, and the
   * wrapper of rpc may be called anything.
   */
  awaited({ output, style }: Pick<SoapCall, 'output' | 'style'>): Awaited | undefined {
    if (!output?.element || output.encoded || output.shape === 'empty' || style === 'rpc') return undefined;
    return { ...output.element, read: this.#readers.read(output.type) };
  }

  /** The result of a call from its envelope's body; throws where the body as a whole is not what it should be. */
  body(
    body: BodyModel,
    envelope: XmlElement,
    style: SoapCall['style'],
    malformed: Malformed,
    attachments?: readonly RelatedPart[],
  ): unknown {
    if (body.shape === 'empty') return true;
    const whole = attachments ? withAttachments(envelope, attachments) : envelope;
    const content = body.encoded ? resolveReferences(whole) : whole;
    if (!content) throw malformed('What its values refer to comes to more than an answer may have.');
    const root = body.element ? rootOf(body, content, style, malformed) : content;
    const own = style === 'rpc' ? this.#withReturn(body, root) : root;
    const element = body.attached ? withAttachedElements(own, body.attached, attachments ?? []) : own;
    const readers = body.encoded || attachments || body.attached ? this.#followingReaders() : this.#readers;
    return resultOf(body, readers.ofTree(body.type, element, body.element?.nillable ?? false, malformed));
  }

  /** The header of an answer: a field for each block that its type declares. */
  header(type: TypeKey, header: XmlElement | undefined, malformed: Malformed): unknown {
    return this.#readers.ofTree(type, header ?? noHeader, false, malformed);
  }

  /** An entry of a fault's detail. */
  entry({ type, nillable }: HeaderModel, element: XmlElement, malformed: Malformed): unknown {
    return this.#readers.ofTree(type, element, nillable, malformed);
  }

  #followingReaders(): TypeReaders {
    this.#following ??= new TypeReaders(this.#types, true);
    return this.#following;
  }

  /** The return value of an rpc answer is told by being there, not by its name (SOAP 1.1, 7.1). */
  #withReturn(body: BodyModel, wrapper: XmlElement): XmlElement {
    // SOAP 1.2 part 2, 4.2.1 has an element beside it that says which one it is.
    const children = wrapper.children.filter(child => typeof child === 'string' || child.namespace !== rpcNamespace);
    const root = children.length === wrapper.children.length ? wrapper : { ...wrapper, children };
    const type = this.#types[body.type];
    const [leaf, ...others] = type?.kind === 'complex' ? leavesWithin(this.#types, type) : [];
    if (leaf?.kind !== 'element' || leaf.list || others.length > 0) return root;
    // Of a part that is an element some servers leave the wrapper away.
    if (leaf.namespace !== '' && root.local === leaf.local && root.namespace === leaf.namespace)
      return { ...root, children: [root] };
    const [only, ...more] = elementsOf(root);
    if (!only || more.length > 0 || only.local === leaf.local) return root;
    return { ...root, children: [{ ...only, namespace: leaf.namespace, local: leaf.local }] };
  }
}

/** What is asked of a body's value: of a wrapper, what it holds. */
export function resultOf(body: BodyModel, value: unknown): unknown {
  if (body.shape === 'bare' || body.field === undefined) return value;
  if (value === null || value instanceof Error) return value;
  return (value as Record<string, unknown>)[body.field]; // a wrapper is of a complex type
}

function rootOf(
  { element = { namespace: '', local: '', nillable: false } }: BodyModel,
  envelope: XmlElement,
  style: SoapCall['style'],
  malformed: Malformed,
): XmlElement {
  const { namespace, local } = element;
  const elements = elementsOf(envelope);
  const exact = elements.find(one => one.local === local && one.namespace === namespace);
  if (exact) return exact;
  // The name of an rpc answer's wrapper does not matter (SOAP 1.1, 7.1).
  if (style === 'rpc' && elements[0]) return elements[0];
  const found = elements.find(one => one.local === local);
  if (found) {
    malformed.unexpected?.(`${qname(found.namespace, local)} instead of ${qname(namespace, local)}`);
    return found;
  }
  const names = elements.map(one => qname(one.namespace, one.local)).join(', ') || 'nothing';
  throw malformed(`The body holds ${names}, not ${qname(namespace, local)}.`);
}

const noHeader: XmlElement = { namespace: '', local: 'Header', attributes: [], children: [], scope: { declared: {} } };

/** SOAP 1.2 part 2, 4.2.1. */
const rpcNamespace = 'http://www.w3.org/2003/05/soap-rpc';
