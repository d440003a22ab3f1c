import type { XmlStart } from '../../../adapter/xml/parse-xml.ts';
import type { GatewayError } from '../../../base/error.ts';

/** Makes the error that stands for a part of an answer that breaks the contract; the reason is for the log. */
export interface Malformed {
  (reason: string): GatewayError;
  /** Is told of an element that the schema does not know there, and that spoils nothing. */
  unexpected?(element: string): void;
}

/** Reads the content of one element as it comes, whether from the parser or from a tree that was read before. */
export interface Content {
  /** Begins a child, whose content is read by what is returned. */
  child(start: XmlStart): Content;
  /** The child that was begun last is over, and came to this. */
  took(value: unknown): void;
  /** A text between tags may come in pieces. */
  text(content: string): void;
  /** The element is over: its value. */
  end(): unknown;
}

/** Begins an element as a value of one type. `fallback`: what an empty element of a simple type stands for. */
export type Read = (start: XmlStart, nillable: boolean, malformed: Malformed, fallback?: string) => Content;

/** An element of a body that is read while it comes. */
export interface Awaited {
  readonly namespace: string;
  readonly local: string;
  readonly nillable: boolean;
  readonly read: Read;
}
