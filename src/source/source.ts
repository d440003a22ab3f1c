/** A registered backend description, as the configuration gives it: plain data, every default filled in. */
export interface Source {
  /** Unique; `<name>.<field>` is how links call its operations. */
  readonly name: string;
  readonly protocol: string;
  /** Absolute path or URL of the file or folder; absent where the backend itself is asked (reflection, introspection). */
  readonly document?: string;
  /** Where the backend runs; absent: what the document says. */
  readonly endpoint?: string;
  readonly options: SourceOptions;
}

export interface SourceOptions {
  /** Before type names and root field names. Default: none. */
  readonly prefix: string;
  /** Which operations are taken, by globs over the source's own field names. Default: all. */
  readonly operations: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  /** Globs over the source's own field names: these only read, whatever the document says or leaves unsaid. */
  readonly queries: readonly string[];
  /** Sent with every call. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of client headers that are passed on, in lower case. Default: none. */
  readonly forward: readonly string[];
  /** How the gateway signs in to the backend. Default: not. */
  readonly credential?: Credential;
  /** How the gateway signs in where it loads the document from. Default: not. */
  readonly documentCredential?: Credential;
  /** TLS towards the backend: `true` by the system's authorities, `false` plain text. Default: what the endpoint's scheme says. */
  readonly tls?: boolean | TlsOptions;
  /** Folder that the document's references never leave. Default: the document's folder. */
  readonly root?: string;
  /** Further folders that references may reach; import paths of `.proto` files. */
  readonly include: readonly string[];
  /** Hosts that documents and references may be loaded from, besides the document's own. */
  readonly allowHosts: readonly string[];
  /** The whole of one call, in milliseconds. Default 10,000. */
  readonly timeout: number;
  /** Largest decoded answer, in bytes. Default 8 MB. */
  readonly maxResponse: number;
  /** Calls under way at once. Default 64. */
  readonly concurrency: number;
  /** SOAP: the WSDL port. Default: the first SOAP 1.1 port. */
  readonly port?: string;
  /** GraphQL: directives of the SDL that the backend alone enforces; otherwise those that speak of access must be known. Default: none. */
  readonly ignoreDirectives: readonly string[];
  /** gRPC: ask the server's reflection service instead of reading a document. */
  readonly reflection: boolean;
}

/** Files named here were read when the configuration was: these are PEM texts. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

export type Credential =
  | { readonly bearer: string }
  | { readonly basic: { readonly username: string; readonly password: string } }
  | { readonly apiKey: { readonly in: 'header' | 'query' | 'cookie'; readonly name: string; readonly value: string } };

/** What a source has where nothing is configured. */
export const defaultSourceOptions: SourceOptions = {
  prefix: '',
  operations: { include: ['*'], exclude: [] },
  queries: [],
  headers: {},
  forward: [],
  include: [],
  allowHosts: [],
  timeout: 10_000,
  maxResponse: 8 * 1024 * 1024,
  concurrency: 64,
  ignoreDirectives: [],
  reflection: false,
};
