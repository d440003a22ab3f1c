import type { DocumentNode, FieldDefinitionNode } from 'graphql';
import type { Checked } from '../base/checked.ts';
import type { Coordinate } from '../base/coordinate.ts';
import type { GatewayError } from '../base/error.ts';
import type { Receive } from '../base/inbound.ts';
import type { Principal } from '../base/principal.ts';
import type { StopSignal } from '../base/stop.ts';
import type { DocumentReader } from '../source/reader.ts';
import type { Credential, Source } from '../source/source.ts';
import type { CallObserver } from './call-observer.ts';
import type { Selection } from './selection.ts';
import { signedIn } from './sign-in/signed-subschema.ts';

/**
 * The contract of a protocol, in three steps: text -> document -> blueprint -> subschema. `TDocument` is whatever the protocol's
 * document is, `TCall` one thing its backend can be asked, `TModel` what all of the blueprint's calls share to code and decode values.
 */
export interface AdapterParts<TDocument, TCall, TModel> {
  readonly protocol: string;
  /** Is this text a document of the protocol? Cheap; told from the beginning of the text and the address. */
  recognises(text: string, address: string): boolean;
  /** Reads the document and all it refers to. Touches nothing but the reader (and the backend, for reflection and introspection). */
  load(source: Source, io: LoadIo): Promise<Checked<TDocument>>;
  /** Pure: the same document gives the same blueprint. Every operation is in it or has a diagnostic with its address. */
  describe(document: TDocument, source: Source): Checked<Description<TCall, TModel>>;
  /** Opens nothing yet: connections are made by the first call. */
  connect(blueprint: Blueprint<TCall, TModel>, source: Source): Subschema<TCall, TModel>;
}

/** An adapter as the rooms above see it: the protocol's own types are its own affair. */
export interface Adapter {
  readonly protocol: string;
  recognises(text: string, address: string): boolean;
  /** load, then describe. */
  describe(source: Source, io: LoadIo): Promise<Checked<Description<unknown, unknown>>>;
  connect(blueprint: Blueprint<unknown, unknown>, source: Source): Subschema<unknown, unknown>;
}

export interface LoadIo {
  readonly reader: DocumentReader;
  /** Ends loading from a backend (reflection, introspection). */
  readonly signal: AbortSignal;
  /** Is the document compared with its specification, too, where that is more than is needed to serve it? Default: no. */
  readonly lint?: boolean;
}

/** What `describe` found: the blueprint, and how much of the document is in it. */
export interface Description<TCall, TModel> {
  readonly blueprint: Blueprint<TCall, TModel>;
  /** A digest of what the backend said of itself, where that is not to change unnoticed. Absent: it may, or nothing but files was read. */
  readonly fingerprint?: string;
  /** `total` operations in the document, of which `imported` have a root field whose result is typed wherever the document types it. */
  readonly operations: { readonly total: number; readonly imported: number };
}

/**
 * A source in GraphQL's terms, under the source's own names. Plain data: it survives JSON, so that it can be stored, compared and printed.
 *
 * The SDL keeps to what every room relies on: enum values are their own names, every custom scalar is declared and is one of
 * `adapter/scalars.ts` (or is passed through as it comes), and a value of an abstract type carries `__typename`.
 */
export interface Blueprint<TCall, TModel> {
  readonly typeDefs: DocumentNode;
  /** By coordinate of the root field: `Query.x`, `Mutation.x`, `Subscription.x`. One for each root field, and no other. */
  readonly calls: Readonly<Record<Coordinate, TCall>>;
  /** What the calls share: a schema of the wire, mostly. */
  readonly model: TModel;
  /** What the document itself says of elements beyond their shape. Absent: nothing. */
  readonly annotations?: readonly DeclaredAnnotation[];
  /** Fields that the document itself fills from other calls of the source; they are not in `typeDefs`. Absent: none. */
  readonly links?: readonly DeclaredLink[];
  /** Fields of `typeDefs` that no client sees: links read them. Absent: none. */
  readonly hidden?: readonly Coordinate[];
  /**
   * Fields that an answer holds where they are asked for, and may lack where they are not: an item whose `selection` is present asks for
   * all of its call's. Absent: none. (Where `selective` is true, it says nothing.)
   */
  readonly onRequest?: readonly Coordinate[];
  /** Given: clients find the queries in a field that is called like the source, those of a group in a field of that. Absent: with all others. */
  readonly groups?: readonly QueryGroup[];
  /**
   * Is less work done where less is wanted? Then what is not in an item's `selection` may be left out of its answer, where that is `complete`;
   * values are keyed by the source's field names all the same. Absent: nobody says what is read.
   */
  readonly projects?: true;
}

/** Queries that clients find together. */
export interface QueryGroup {
  /** A legal name; no other group of the source has it. */
  readonly name: string;
  readonly description?: string;
  /** Fields of `Query`, in the source's own names. A query is in one group or in none. */
  readonly queries: readonly string[];
}

/** A link that a document describes: what `@resolve` is in an overlay. In the source's own names. */
export interface DeclaredLink {
  /** The object type that gets the field. */
  readonly type: string;
  readonly field: FieldDefinitionNode;
  /** The query of the same source that fills it. */
  readonly call: string;
  /** As in `@resolve(args:)`: `$parent.x` and `$args.x` stand for values. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The document's address, then the place in it. */
  readonly at: readonly string[];
}

/** A directive of Selvage's that a document has, as it is written there: what it means, and whether it is right, is found out later. */
export interface DeclaredAnnotation {
  /** `Type`, `Type.field` or `Type.field.argument`, in the source's own names. */
  readonly element: string;
  /** Without `@`. */
  readonly directive: string;
  /** `true`, a map of its arguments, or the value of its first argument alone. */
  readonly value: unknown;
  /** The document's address, then the place in it. */
  readonly at: readonly string[];
}

/** One wish for a call: the coerced arguments, and what is selected of the result. */
export interface CallItem {
  readonly args: Readonly<Record<string, unknown>>;
  /** Absent where the result is a leaf. */
  readonly selection?: Selection;
}

/** What a call may know of the request that it serves. */
export interface CallContext {
  /** Aborted when the client is gone or the request's deadline has passed. */
  readonly signal: StopSignal;
  /** When the request's time is used up, by `performance.now()`. */
  readonly deadline: number;
  /** The client's headers, names in lower case; a source takes those of its allow-list. */
  readonly headers: Readonly<Record<string, string>>;
  /** The correlation id. */
  readonly requestId: string;
  /** Who asks. Absent: nobody has said who he is. */
  readonly principal?: Principal;
  /** The headers that sign this call in, where its source's credential is made while the gateway runs (`sign-in/`). */
  readonly signIn?: Readonly<Record<string, string>>;
  /** Is what comes only read, by everyone who gets it? Then equal answers may be one value. */
  readonly onlyReads?: boolean;
  /** Is told of everything that is asked; absent unless the request is traced. */
  readonly observer?: CallObserver;
  /** Is told of what an answer holds that its document does not know, where it spoils nothing. Absent: nobody wants to know. */
  unexpected?(found: Unexpected): void;
  /** May the caller have this call asked at all? What he may not is not sent. Absent: he may have all. */
  mayAsk?(subschema: Subschema<unknown, unknown>, at: Coordinate): boolean;
}

/** Something in a backend's answer that no part of the document describes. */
export interface Unexpected {
  readonly source: string;
  readonly operation: string;
  /** Its name, and where it helps what was expected instead; never a value. */
  readonly what: string;
}

/**
 * The answer to one item. A value is plain data keyed by the source's field names (by response keys where the subschema is `selective`);
 * a `GatewayError` may stand in it for a field that failed, and is reported under that field's path.
 */
export type Outcome =
  | { readonly value: unknown; readonly meta?: Readonly<Record<string, unknown>> }
  | { readonly fault: GatewayError };

/**
 * Asks the backend. Always a batch: an adapter with a bulk call makes one request, one without makes as many as there are items, within
 * the source's concurrency. The outcomes stand in the batch's order, and one bad item never spoils the others. Never rejects.
 */
export type Send<TCall> = (
  call: TCall,
  batch: readonly CallItem[],
  context: CallContext,
) => Promise<readonly Outcome[]>;

/**
 * Opens a stream for one item, wherever its events come from: a request to the backend, or a hub that the backend itself calls. Opened by
 * the first `next`, and pulled: nothing is read faster than it is asked for, beyond what a bounded buffer holds. Each event is an outcome,
 * under the names that `send` has them; a fault is an event too, after which others may come. When the context's signal aborts, a pending
 * `next` is done within the tick, and the backend is left. Never rejects. The context's deadline is infinite: how long opening may take is
 * the source's `timeout`.
 */
export type Subscribe<TCall> = (call: TCall, item: CallItem, context: CallContext) => AsyncIterable<Outcome>;

export interface Subschema<TCall, TModel> {
  readonly blueprint: Blueprint<TCall, TModel>;
  /** Is the backend told the selection? Then items that differ only in it are two wishes, and values are keyed by response keys. */
  readonly selective: boolean;
  /** How many items of a batch one request to the backend carries at most; each request is one call of the operation's budget. Default 1. */
  readonly itemsPerRequest?: number;
  /** How many items a list of a call's arguments may hold; `into` is the way to it, in the source's own names. Absent, or undefined: nobody says. */
  readonly mostItems?: (call: TCall, into: readonly string[]) => number | undefined;
  readonly send: Send<TCall>;
  /** What signs a call in. Absent: the source's `credential`, whatever is called. */
  readonly credentialsOf?: (call: TCall) => readonly Credential[];
  /** Opens the stream of a `Subscription` field. Absent where the blueprint has no such field. */
  readonly subscribe?: Subscribe<TCall>;
  /** Takes in what the backend sends by itself. Absent: nothing is expected of it. */
  readonly receive?: Receive;
  /** Ends connections; resolves when no handle is left. Calls under way fail with UPSTREAM_UNREACHABLE. */
  close(): Promise<void>;
}

/** Joins an adapter's parts; the casts are sound because a blueprint only ever returns to the adapter that made it. */
export function defineAdapter<TDocument, TCall, TModel>(parts: AdapterParts<TDocument, TCall, TModel>): Adapter {
  return {
    protocol: parts.protocol,
    recognises: parts.recognises,
    async describe(source, io) {
      const loaded = await parts.load(source, io);
      if (!loaded.ok) return loaded;
      const described = parts.describe(loaded.value, source);
      return { ...described, diagnostics: [...loaded.diagnostics, ...described.diagnostics] };
    },
    connect: (blueprint, source) =>
      signedIn(parts.connect(blueprint as Blueprint<TCall, TModel>, source) as Subschema<unknown, unknown>, source),
  };
}
