import type { FormEncoding, ParameterPlace, Serialisation } from '../call/call.ts';
import type { Located } from './document.ts';

/** Where an operation stands, before any of it is read. */
export interface OperationSite {
  /** In capitals. */
  readonly method: string;
  readonly path: string;
  /** The document's address, `/paths/~1x/get`. */
  readonly at: readonly [address: string, pointer: string];
  readonly operation: Located;
  /** Those that it is an operation of: what stands beside a reference, then what the reference names (OpenAPI 3.2, 4.9.1). */
  readonly pathItems: readonly Located[];
}

/** One operation, whichever version of the specification it is written in. */
export interface Operation {
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly parameters: readonly Parameter[];
  readonly body: Body | undefined;
  readonly responses: readonly Response[];
}

export interface Parameter extends Serialisation {
  readonly name: string;
  readonly in: ParameterPlace;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly deprecated: boolean;
  readonly schema: Located | undefined;
  /** The parameter is a text of this media type. */
  readonly content: string | undefined;
  /** Of what is a form: by property (OpenAPI 3.2, 4.15). */
  readonly encoding?: Located | undefined;
}

export interface Body {
  readonly required: boolean;
  readonly description: string | undefined;
  readonly contents: readonly Content[];
  /** How its type is called where its schema has no name: of a shared body, by that; otherwise by the operation. */
  readonly name: string | undefined;
}

export interface Response {
  readonly status: string;
  readonly contents: readonly Content[];
  readonly name: string | undefined;
  /** The headers that it declares, in lower case. */
  readonly headers: readonly string[];
  /** The links that it declares, by name (OpenAPI 3.2, 4.20). */
  readonly links: Located | undefined;
}

export interface Content {
  readonly mediaType: string;
  readonly schema: Located | undefined;
  /** Of each item of a stream or of a body without names (OpenAPI 3.2, 4.14.4). */
  readonly itemSchema?: Located | undefined;
  /** By property (OpenAPI 3.2, 4.15). */
  readonly encoding: Located | undefined;
  /** The same where the properties are the fields of a form themselves (Swagger 2.0). */
  readonly fields?: readonly FormEncoding[];
  /** Of what has no names but places (OpenAPI 3.2, 4.14.5). */
  readonly positions?: {
    readonly prefixEncoding: Located | undefined;
    readonly itemEncoding: Located | undefined;
  };
}
