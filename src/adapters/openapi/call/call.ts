import type { Shape, XmlNode } from './shape.ts';

export type ParameterPlace = 'path' | 'query' | 'header' | 'cookie' | 'querystring';

/** OpenAPI 3.2, 4.12.2.1; `tabDelimited` is Swagger 2.0's collection format `tsv`. */
export type ParameterStyle =
  | 'matrix'
  | 'label'
  | 'simple'
  | 'form'
  | 'spaceDelimited'
  | 'pipeDelimited'
  | 'tabDelimited'
  | 'deepObject'
  | 'cookie';

/** One thing that a backend described by OpenAPI can be asked: plain data. */
export interface OpenApiCall {
  /** The source's own name of the operation. */
  readonly operation: string;
  readonly method: string;
  /** The template, as the document writes it. */
  readonly path: string;
  /** Absolute; absent where the document names none. The source's endpoint goes before it. */
  readonly server?: string;
  /** The server is not the source's own: neither its credentials nor its headers go there. */
  readonly foreign?: true;
  /** What signs the call in, all of it. Absent: the source's `credential`. Empty: nothing. */
  readonly credentials?: readonly CallCredential[];
  readonly parameters: readonly CallParameter[];
  readonly body?: CallBody;
  /** The Accept header. */
  readonly accept: string;
  readonly responses: readonly CallResponse[];
  /** Of a call that is answered with a stream: how its events are read. */
  readonly stream?: CallStream;
  /** Of what the backend sends by itself. */
  readonly inbound?: CallInbound;
  /** What failures look like, as far as their source exposes them. Absent: nothing of them is read. */
  readonly failures?: readonly CallFailure[];
  /** The results stand in this type's field `value`. */
  readonly envelope?: string;
  /** Names or globs, in lower case: the response headers that may be asked for. Absent: none. */
  readonly headers?: readonly string[];
  /** What answers carry for links to read, where it is no part of a body. */
  readonly carried?: readonly CarriedField[];
}

/** Events that come as requests of the backend: of a webhook, for which nothing is asked, or of a callback, which the call asks for. */
export interface CallInbound {
  /** Of the requests that come. In capitals. */
  readonly method: string;
  /** What their body may be, and its type whichever it is; the first where they say none of these. Absent: there is none. */
  readonly contents?: readonly InboundContent[];
  /** Of a callback: the way through the call's arguments to where the gateway's address is written. */
  readonly place?: readonly string[];
}

/** One way that the body of an event may come. */
export interface InboundContent extends BodySyntax {
  readonly mediaType: string;
  readonly shape: Shape;
}

/** What an answer without an end consists of. */
export interface CallStream {
  /** `events`: server-sent events; `lines`: a JSON text in each line; `records`: JSON texts after RS (RFC 7464); `parts`: a multipart body. */
  readonly format: 'events' | 'lines' | 'records' | 'parts';
  /** What an event comes to: the value itself; or, of server-sent events, an object of all of its fields. */
  readonly payload: 'value' | 'event';
  /** Is the value a JSON text? Else it is a text. */
  readonly json: boolean;
  readonly shape: Shape;
}

/** One of the source's `credentials`. */
export interface CallCredential {
  readonly scheme: string;
  /** Where its API key goes. */
  readonly key?: { readonly in: 'header' | 'query' | 'cookie'; readonly name: string };
}

/** A field that an answer gets from beside its body: one value, or a text of several. */
export interface CarriedField {
  readonly name: string;
  readonly of: CarriedValue | readonly (string | CarriedValue)[];
}

/** A value of the request, of the answer's headers or of its body (OpenAPI 3.2, 4.20.4). Paths are of GraphQL's field names. */
export type CarriedValue =
  | { readonly argument: string; readonly path: readonly string[] }
  | { readonly header: string }
  | { readonly body: readonly string[] }
  | { readonly status: true };

export interface Serialisation {
  readonly style: ParameterStyle;
  readonly explode: boolean;
  readonly allowReserved?: true;
  /** How a list in a deep object is written; absent: its key is repeated. */
  readonly deepLists?: 'BRACKETS' | 'INDICES';
  /** What separates the items of lists in a list, and in those (Swagger 2.0, Items Object). Absent: what is in a value is JSON. */
  readonly within?: readonly string[];
}

export interface CallParameter extends Serialisation {
  readonly argument: string;
  readonly name: string;
  readonly in: ParameterPlace;
  readonly shape: Shape;
  /** The parameter is a text of this media type. */
  readonly content?: string;
  /** Of what is a form. */
  readonly encoding?: readonly FormEncoding[];
}

export type CallBody = PlainBody | SequenceBody | FormBody | MultipartBody | XmlBody;

/** The charsets other than UTF-8 that texts are written in, by IANA's names. */
export type Charset = 'us-ascii' | 'iso-8859-1' | 'utf-16' | 'utf-16be' | 'utf-16le';

/** What a body or a part says that it is. */
export interface Labelled {
  readonly mediaType: string;
  /** Of what is written in characters; absent: UTF-8. */
  readonly charset?: Charset;
}

/** The media type is the Content-Type; of a `file`, a range is what the file's own is taken from. */
interface AnyBody extends Labelled {
  readonly argument: string;
  readonly shape: Shape;
}

/** `file`: the bytes of an upload as they came. */
interface PlainBody extends AnyBody {
  readonly kind: 'json' | 'text' | 'file';
}

/** JSON texts one behind the other (OpenAPI 3.2, 4.14.4); its shape is the list of them. */
export interface SequenceBody extends AnyBody {
  readonly kind: 'sequence';
  readonly format: 'lines' | 'records';
}

export interface FormBody extends AnyBody {
  readonly kind: 'form';
  /** The properties that the document writes in a way of their own. */
  readonly encoding?: readonly FormEncoding[];
}

export interface FormEncoding {
  readonly property: string;
  /** As a query would write it. */
  readonly serialisation?: Serialisation;
  /** As JSON. */
  readonly json?: true;
}

/** A part for each property and each item of a list, or for each place of a tuple. */
export interface MultipartBody extends AnyBody {
  readonly kind: 'multipart';
  /** By property; absent where all is as it is by default. */
  readonly encoding?: readonly PartEncoding[];
  /** The parts have no names: their places tell what they are. */
  readonly unnamed?: true;
}

/** How the parts of a property are written (OpenAPI 3.2, 4.15). */
export interface PartEncoding {
  readonly property: string;
  /** Media types and ranges; the default goes by the value. */
  readonly contentTypes?: readonly string[];
  /** What a part that is no file says that it is, where that is not the first of `contentTypes`, or another charset than UTF-8. */
  readonly label?: Labelled;
  /** Beside Content-Type and Content-Disposition. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** The property is written as a query would write it. */
  readonly serialisation?: Serialisation;
  /** Where a part is XML: its root. */
  readonly xml?: XmlNode;
  /** The part is a form, whose properties are written so. */
  readonly form?: readonly FormEncoding[];
  /** The part is a multipart body itself. */
  readonly parts?: PartsInPart;
}

/** A multipart body that is a part of another (OpenAPI 3.2, 4.15). */
export interface PartsInPart extends Pick<MultipartBody, 'mediaType' | 'encoding' | 'unnamed'> {
  /** A list is one such part, which has its items as parts. Absent: each item is such a part. */
  readonly wholeList?: true;
}

export interface XmlBody extends AnyBody {
  readonly kind: 'xml';
  readonly root: XmlNode;
}

/** How the body of a message is read. */
export interface BodySyntax {
  readonly kind: 'json' | 'xml' | 'form' | 'text' | 'file' | 'none';
  /** Of `xml`: how the items of a list stand in the root. */
  readonly xml?: XmlNode;
  /** Of `form`: the properties that are written in a way of their own. */
  readonly encoding?: readonly FormEncoding[];
}

/** What an answer looks like. */
export interface CallAnswer extends BodySyntax {
  readonly shape?: Shape;
  /** What the same value may come as instead, where the answer's own Content-Type says so. */
  readonly others?: readonly BodySyntax[];
}

/** What an answer that is no success looks like. `shape`: of what is a type of the result, its types are the model's; otherwise its `failures`. */
export interface CallFailure extends CallAnswer {
  /** `404`, `4XX` or `default`. */
  readonly status: string;
  /** The type of the result that such an answer is. Absent: it is an error. */
  readonly type?: string;
}

/** What a success looks like. */
export interface CallResponse extends CallAnswer {
  /** `200`, `2XX` or `default`. */
  readonly status: string;
  /** Where the statuses answer with different types: the member of the union that this one is. */
  readonly member?: { readonly type: string; readonly boxed?: string };
}
