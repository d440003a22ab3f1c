import type { SoapVersion } from '../qname.ts';
import type { TypeKey } from './model.ts';

/** One operation. */
export interface SoapCall {
  /** The source's own name of it: that of its root field. */
  readonly operation: string;
  readonly version: SoapVersion;
  readonly style: 'document' | 'rpc';
  readonly soapAction: string;
  /** What the WSDL says; the source's `endpoint` comes first. */
  readonly endpoint?: string;
  readonly input: BodyModel;
  /** Absent: one-way. */
  readonly output?: BodyModel;
  /** Header blocks that may be sent. Absent: none. */
  readonly headers?: readonly SentHeader[];
  /** Absent: its messages have no addresses. */
  readonly addressing?: Addressing;
  /** The type of the header of its answers, of whose blocks clients may ask for the fields. Absent: it has none that are declared. */
  readonly answerHeaders?: TypeKey;
  /** What faults of it may have as their detail, where that is exposed. Absent: nothing that is declared. */
  readonly faults?: readonly HeaderModel[];
  /** Name in GraphQL of the object around the result, in which it is `value`. Absent: there is none. */
  readonly envelope?: string;
  /** May its requests have attachments, whether they are MTOM or not? */
  readonly attaches?: true;
}

/** WS-Addressing: its version, and the action of the call's requests. */
export interface Addressing {
  readonly version: '2005/08' | '2004/08';
  readonly action: string;
}

/** An element beside the body: a block of an envelope's header (SOAP 1.1, 4.2; SOAP 1.2 part 1, 5.2), or an entry of a fault's detail. */
export interface HeaderModel {
  readonly namespace: string;
  readonly local: string;
  readonly nillable: boolean;
  readonly type: TypeKey;
  /** Absent: literal. */
  readonly encoded?: Encoding;
}

export interface SentHeader extends HeaderModel {
  /** The argument that it is the value of, where one is given. */
  readonly argument?: string;
  /** The key of `soapHeaders` that it is filled from, otherwise. */
  readonly template?: string;
}

/** What stands in an envelope's body. */
export interface BodyModel {
  /** The element in the body; absent: the type's content stands in the body itself. */
  readonly element?: { readonly namespace: string; readonly local: string; readonly nillable: boolean };
  readonly type: TypeKey;
  /** Absent: literal. */
  readonly encoded?: Encoding;
  /**
   * How it meets GraphQL. Of an input, `wrapped`: the arguments are the type's fields; `bare`: one argument `input`; `empty`: none.
   * Of an output, `wrapped`: the result is the value of `field`; `bare`: the value; `empty`: true.
   */
  readonly shape: 'wrapped' | 'bare' | 'empty';
  readonly field?: string;
  /** Parts of the message that are attachments beside the envelope. Absent: none. */
  readonly attached?: readonly AttachedPart[];
}

/**
 * A part of a message that the binding makes an attachment (WSDL 1.1, 5). Of an output it is an element of the type's content, whose name is
 * the part's in WSDL's namespace of MIME: there the reader finds it.
 */
export interface AttachedPart {
  readonly part: string;
  /** `file`: bytes; `text`: the value's text; `element`: an XML document of the element. */
  readonly holds: 'file' | 'text' | 'element';
  /** Media types and ranges of which it is of one, in the order of the binding; never none. */
  readonly media: readonly string[];
  readonly type: TypeKey;
  /** The document's element, of an `element`. */
  readonly element?: { readonly namespace: string; readonly local: string; readonly nillable: boolean };
  /** Of an input, its argument. */
  readonly argument?: string;
}

/** The rules of SOAP encoding that a body keeps to (SOAP 1.1, 5; SOAP 1.2 part 2, 3), and the envelope that it stands in. */
export interface Encoding {
  readonly rules: SoapVersion;
  readonly envelope: SoapVersion;
}
