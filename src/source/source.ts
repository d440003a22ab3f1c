import type { Json } from '../base/json.ts';
import { type CallingOptions, defaultCallingOptions } from './calling-options.ts';
import { defaultGrpcSchemaOptions, type GrpcSchemaOptions } from './grpc-schema-options.ts';
import type { OperationKind } from './operation-kind.ts';
import { defaultSchemaOptions, type SchemaOptions } from './schema-options.ts';
import type { WebhookOptions } from './webhooks.ts';

/** A registered backend description, as the configuration gives it: plain data, every default filled in. */
export interface Source {
  /** Unique; `<name>.<field>` is how links call its operations. */
  readonly name: string;
  readonly protocol: string;
  /** Absolute path or URL of the file or folder; absent where the backend itself is asked (reflection, introspection). */
  readonly document?: string;
  /** Where the backend runs; absent: what the document says. */
  readonly endpoint?: string;
  /** What the overlay's `@operation` says of root fields, by their names there. Default: nothing. */
  readonly operationKinds?: Readonly<Record<string, OperationKind>>;
  readonly options: SourceOptions;
}

export interface SourceOptions extends SchemaOptions, GrpcSchemaOptions, CallingOptions {
  /** Before type names and root field names. Default: none. */
  readonly prefix: string;
  /** Which operations are taken, by globs over the source's own field names. Default: all. */
  readonly operations: { readonly include: readonly string[]; readonly exclude: readonly string[] };
  /** Globs over the source's own field names: these only read, unless the document says of one by name that it does not. */
  readonly queries: readonly string[];
  /** SOAP: the same; these write, whatever their names sound like. Comes before `queries`. Default: none. */
  readonly mutations: readonly string[];
  /**
   * OpenAPI: with `TAG`, clients find the source's queries in a field of its own, those of a tag in a field of that (`github { repos { … } }`).
   * Default `NONE`: beside those of all sources.
   */
  readonly namespace: 'NONE' | 'TAG';
  /** OpenAPI: media types and ranges that bodies are sent as before all others, where an operation takes them. Default: none. */
  readonly bodies: readonly string[];
  /** Sent with every call. A value that is `$header.x`, `$claims.x`, `$subject`, `$via` or `$scopes` as a whole stands for what the request says. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of client headers that are passed on, in lower case. Default: none. */
  readonly forward: readonly string[];
  /** How the gateway signs in to the backend. Default: not. */
  readonly credential?: Credential;
  /** OpenAPI: the same for single security schemes of the document, by their names; these go before `credential`. Default: none. */
  readonly credentials: Readonly<Record<string, SchemeCredential>>;
  /** OpenAPI: origins beside the source's own that are told its headers and credentials, too. Default: none. */
  readonly trustedOrigins: readonly string[];
  /** OpenAPI: which of the document's servers is asked: its `name`, or its place in the list, from 0. Default: the first that HTTP speaks to. */
  readonly server?: string | number;
  /** OpenAPI: values for the variables in the addresses of servers. Default: the document's own. */
  readonly serverVariables: Readonly<Record<string, string>>;
  /** How the gateway signs in where it loads the document from. Default: not. */
  readonly documentCredential?: StaticCredential;
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
  /**
   * SOAP: what header blocks hold, by their names (`local` or `{namespace}local`): a value of the block's declared type, in which a text that
   * is `$header.x`, `$claims.x`, `$subject`, `$via` or `$scopes` as a whole stands for what the request says. Default: none.
   */
  readonly soapHeaders: Readonly<Record<string, Json>>;
  /** SOAP: names of header blocks that are arguments of the operations that declare them. Default: none. */
  readonly headerArguments: readonly string[];
  /** SOAP: the WSDL service whose ports are taken. Default: all. */
  readonly service?: string;
  /** SOAP: do messages have addresses (WS-Addressing 1.0)? Default: where the WSDL says so. */
  readonly addressing?: boolean;
  /** SOAP: are messages sent as MTOM, with files and large bytes attached? Default false. */
  readonly mtom: boolean;
  /** OpenAPI: how the backend proves that a webhook or callback is its own. Default: none is taken. */
  readonly webhooks?: WebhookOptions;
  /** GraphQL: directives of the SDL that the backend alone enforces; otherwise those that speak of access must be known. Default: none. */
  readonly ignoreDirectives: readonly string[];
  /**
   * What clients may see of an answer that is no success. `NONE`: its status, or a fault's standard code. `PROBLEM`: the members of RFC 9457,
   * 3.1, or SOAP's own codes and text, too, and the message that they make. `BODY`: these, and what of the body or of a fault's detail the
   * document declares. Never a credential, a header or the backend's address. Default `NONE`.
   */
  readonly exposeErrors: 'NONE' | 'PROBLEM' | 'BODY';
  /** OpenAPI: `UNION` makes the failures that an operation declares members of its result's type. Default `EXTENSIONS`: they are errors. */
  readonly errors: 'EXTENSIONS' | 'UNION';
  /** OpenAPI: names or globs, in lower case, of response headers that clients may ask for beside those that the document declares. Default: none. */
  readonly responseHeaders: readonly string[];
  /** OpenAPI and SOAP: globs over the source's own field names. Their results stand in an object of their own, beside their headers. Default: none. */
  readonly envelope: readonly string[];
  /** OpenAPI: `REVALIDATE` keeps answers that have a validator, and asks whether they changed (RFC 9111, 4.3). Default `OFF`. */
  readonly cache: 'OFF' | 'REVALIDATE';
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

/** How the gateway signs in to a backend: as itself, or for whoever asks. */
export type Credential = StaticCredential | BridgedCredential | MessageCredential | ConnectionCredential;

/** SOAP: stands in the message itself. */
export interface MessageCredential {
  readonly wsse: WsSecurity;
}

/** SOAP: signs in to connections, which are kept. */
export interface ConnectionCredential {
  readonly ntlm: NtlmAccount;
}

/** An account of Windows, of NTLM version 2 ([MS-NLMP]). */
export interface NtlmAccount {
  readonly username: string;
  readonly password: string;
  /** Empty: the server's own, or the user name says it (`ann@corp.example.com`). Default empty. */
  readonly domain: string;
  /** Name of the machine that asks. Default empty: it is not said. */
  readonly workstation: string;
}

/** WS-Security 1.1: a user name and password, a certificate that messages are signed with, or both. */
export interface WsSecurity {
  readonly username?: string;
  readonly password?: string;
  /** Is the password's digest sent in its place, with a nonce and the time (UsernameToken Profile 1.1, 3.1)? Default true. */
  readonly digest: boolean;
  /** Does a message say when it was made, and that it is over after ten minutes? Default true. */
  readonly timestamp: boolean;
  /** PEM text of an X.509 certificate; of several the first is meant. */
  readonly cert?: string;
  /** PEM text of its private key: RSA. */
  readonly key?: string;
}

/** Stands in the configuration and is the same for every call. */
export type StaticCredential =
  | { readonly bearer: string }
  | { readonly basic: { readonly username: string; readonly password: string } }
  | { readonly apiKey: { readonly in: 'header' | 'query' | 'cookie'; readonly name: string; readonly value: string } };

/** A credential for a security scheme, which says itself where an API key goes; what is written here goes before that. */
export type SchemeCredential =
  | Exclude<Credential, { readonly apiKey: unknown } | MessageCredential | ConnectionCredential>
  | {
      readonly apiKey: {
        readonly in?: 'header' | 'query' | 'cookie';
        readonly name?: string;
        readonly value: string;
      };
    };

/** Made while the gateway runs: obtained from an authorization server, or different for each caller. */
export type BridgedCredential =
  | { readonly passThrough: PassThrough }
  | { readonly oauth2: OAuthClient }
  | { readonly openIdConnect: OpenIdClient }
  | { readonly tokenExchange: TokenExchange }
  | { readonly signedPrincipal: SignedPrincipal };

/** The caller's own verified token, as it came. */
export interface PassThrough {
  /** In lower case. `authorization` carries it as a bearer token (RFC 6750, 2.1), any other header bare. Default `authorization`. */
  readonly header: string;
  /** A caller without a token: is the call sent all the same, or refused as UNAUTHENTICATED? Default `unsigned`. */
  readonly withoutToken: 'refuse' | 'unsigned';
}

/** The gateway as a client of an authorization server (RFC 6749, 4.4) whose token endpoint is known. */
export interface OAuthClient extends TokenClient {
  /** The token endpoint: https, or http of this machine (RFC 6749, 3.2). */
  readonly tokenUrl: string;
}

/** The same, where the server's metadata tell the token endpoint (OpenID Connect Discovery 1.0, 4; RFC 8414, 3). */
export interface OpenIdClient extends TokenClient {
  /** Where the metadata are: https, or http of this machine. */
  readonly discoveryUrl: string;
  /** Whose metadata they must say they are. Default: the issuer that a well-known URL belongs to. */
  readonly issuer?: string;
}

interface TokenClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the secret goes: `basic` into the Authorization header, `post` into the body (RFC 6749, 2.3.1). Default `basic`. */
  readonly authentication: 'basic' | 'post';
  /** Default: what the server gives unasked. */
  readonly scopes: readonly string[];
  /** Whom the token is for, by name (RFC 8693, 2.1). */
  readonly audience?: string;
  /** Whom the token is for, by URI (RFC 8707, 2). */
  readonly resource?: string;
}

/** The caller's token, exchanged for one that only this backend takes (RFC 8693, 2). */
export interface TokenExchange extends OAuthClient {
  /** RFC 8693, 3. Default `urn:ietf:params:oauth:token-type:access_token`. */
  readonly subjectTokenType: string;
  /** RFC 8693, 3. Default: the server's choice. */
  readonly requestedTokenType?: string;
  /**
   * A caller without a token to exchange (anonymous, or known by a key or a certificate): `refuse` fails the call as UNAUTHENTICATED,
   * `unsigned` sends it without a credential, `client-credentials` in the gateway's own name. Default `refuse`.
   */
  readonly withoutToken: 'refuse' | 'unsigned' | 'client-credentials';
}

/** A short-lived JWT (RFC 7519) that tells the backend who asks: `sub`, `scope`, `via`, for `aud` alone. */
export interface SignedPrincipal {
  /** In lower case. Default `x-selvage-principal`. */
  readonly header: string;
  /** A private key as PEM text; its kind decides the algorithm. */
  readonly key: string;
  /** `kid` of the JWT's header. Default: none. */
  readonly keyId?: string;
  /** `iss`. Default `selvage`. */
  readonly issuer: string;
  /** `aud`. Default: the source's name. */
  readonly audience?: string;
  /** Milliseconds that a JWT is valid. Default 60,000. */
  readonly lifetime: number;
  /** A caller who has not signed in: `refuse` fails the call as UNAUTHENTICATED, `unsigned` sends it without the header. Default `refuse`. */
  readonly anonymous: 'refuse' | 'unsigned';
}

/** What a source has where nothing is configured. */
export const defaultSourceOptions: SourceOptions = {
  prefix: '',
  operations: { include: ['*'], exclude: [] },
  queries: [],
  mutations: [],
  namespace: 'NONE',
  bodies: [],
  headers: {},
  forward: [],
  credentials: {},
  trustedOrigins: [],
  serverVariables: {},
  soapHeaders: {},
  headerArguments: [],
  mtom: false,
  include: [],
  allowHosts: [],
  timeout: 10_000,
  maxResponse: 8 * 1024 * 1024,
  concurrency: 64,
  ignoreDirectives: [],
  exposeErrors: 'NONE',
  errors: 'EXTENSIONS',
  responseHeaders: [],
  envelope: [],
  cache: 'OFF',
  ...defaultSchemaOptions,
  ...defaultCallingOptions,
  ...defaultGrpcSchemaOptions,
  reflection: false,
};
