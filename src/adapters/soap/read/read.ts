import type { XmlElement } from '../../../adapter/xml/tree.ts';
import type { GatewayError } from '../../../base/error.ts';

/** Makes the error that stands for a part of an answer that breaks the contract; the reason is for the log. */
export interface Malformed {
  (reason: string): GatewayError;
  /** Is told of an element that the schema does not know there, and that spoils nothing. */
  unexpected?(element: string): void;
}

/** Reads an element as a value of one type. `fallback`: what an empty element of a simple type stands for. */
export type Read = (element: XmlElement, nillable: boolean, malformed: Malformed, fallback?: string) => unknown;
