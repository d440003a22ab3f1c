// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the configuration's own references to the environment
import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { readConfig } from '../../src/config.ts';

/** What the operator reads for each mistake: the whole of it, with its place. */
const mistakes: readonly { name: string; yaml: string; env?: Record<string, string>; told: string[] }[] = [
  {
    name: 'YAML that does not parse',
    yaml: 'sources:\n  a: [1, 2\n  b: {}\n',
    told: [
      'error CONFIG_SYNTAX selvage.yaml:3:3: Flow sequence in block collection must be sufficiently indented and end with a ].',
    ],
  },
  {
    name: 'a reference that YAML takes for a map',
    yaml: 'sources:\n  a: { document: ${DOCUMENT} }\n',
    told: [
      'error CONFIG_SYNTAX selvage.yaml:2:19: Unexpected flow-map-start at node end.\n    hint: inside { } and [ ] quote references: "${NAME}"',
    ],
  },
  {
    name: 'a line that is indented too far',
    yaml: 'sources:\n  a:\n    protocol: soap\n     document: a.wsdl\n',
    told: [
      'error CONFIG_SYNTAX selvage.yaml:3:15: Nested mappings are not allowed in compact mappings.\n    hint: is a line below indented more than the others beside it?',
    ],
  },
  {
    name: 'options that are not indented below the name of their source',
    yaml: 'sources:\n  a:\n  document: a.wsdl\n',
    told: [
      'error CONFIG_MISSING_KEY selvage.yaml:2:3 sources.a.document: The source has no document to tell its protocol from.\n    hint: set document: to its file or URL',
      'error CONFIG_INVALID_VALUE selvage.yaml:3:13 sources.document: "document" must be a map.\n    hint: a source has its options below its name: are they indented more than it?',
    ],
  },
  {
    name: 'an unknown key at the top, one that is to come, and one near a known one',
    yaml: 'gatewy: {}\nregistry: {}\nwhatever: 1\n',
    told: [
      'error CONFIG_UNKNOWN_KEY selvage.yaml:1:1 gatewy: "gatewy" is not known here. Did you mean "gateway"?',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:2:1 registry: "registry" is not supported yet.\n    hint: remove it: sources are those of this file',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:3:1 whatever: "whatever" is not known here.\n    hint: remove it',
    ],
  },
  {
    name: 'what headers cannot read of the request',
    yaml: `sources:
  a:
    protocol: grpc
    document: a.proto
    endpoint: h:1
    headers: { a: $claims, b: $header.x-selvage-via, c: $args.x, d: $subject, e: $$x, authorization: $header.x-key }
`,
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:6:19 sources.a.headers.a: "$claims" is nothing that a header can read.\n    hint: write $header.<name>, $claims.<name>, $subject, $via or $scopes, or "$$" for a text that begins with a dollar',
      'error CONFIG_INVALID_VALUE selvage.yaml:6:31 sources.a.headers.b: The header "x-selvage-via" is never passed on.\n    hint: remove it',
      'error CONFIG_INVALID_VALUE selvage.yaml:6:57 sources.a.headers.c: "$args.x" is nothing that a header can read.\n    hint: write $header.<name>, $claims.<name>, $subject, $via or $scopes, or "$$" for a text that begins with a dollar',
    ],
  },
  {
    name: 'many mistakes at once, in the order of the file',
    yaml: `gateway:
  port: 70000
  host: ""
  deadline: 10 s
  limits: { body: 1mb, depth: 0, tokenz: 5 }
sources:
  billing:
    protocol: soapy
    document: billing.wsdl
    timout: 5s
    maxResponse: 8
    concurrency: many
    queries: search
    operations: [a]
log: { level: loud }
`,
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:2:9 gateway.port: "port" must be a port from 0 to 65535 (0: any that is free), but is 70000.',
      'error CONFIG_INVALID_VALUE selvage.yaml:3:9 gateway.host: "host" must be a text that is not empty, but is "".',
      'error CONFIG_INVALID_VALUE selvage.yaml:4:13 gateway.deadline: "deadline" must be a duration such as 500ms, 30s or 5m, at most 24h, but is "10 s".',
      'error CONFIG_INVALID_VALUE selvage.yaml:5:19 gateway.limits.body: "body" must be a size such as 512KB or 8MB, at most 1GB, but is "1mb".',
      'error CONFIG_INVALID_VALUE selvage.yaml:5:31 gateway.limits.depth: "depth" must be a whole number from 1 to 1000, but is 0.',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:5:34 gateway.limits.tokenz: "tokenz" is not known here. Did you mean "tokens"?',
      'error PROTOCOL_UNKNOWN selvage.yaml:8:15 sources.billing.protocol: "soapy" is no protocol. Did you mean "soap"?\n    hint: protocols: openapi, soap, grpc, graphql',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:10:5 sources.billing.timout: "timout" is not known here. Did you mean "timeout"?',
      'error CONFIG_INVALID_VALUE selvage.yaml:11:18 sources.billing.maxResponse: "maxResponse" must be a size such as 512KB or 8MB, at most 1GB, but is 8.',
      'error CONFIG_INVALID_VALUE selvage.yaml:12:18 sources.billing.concurrency: "concurrency" must be a whole number from 1 to 10000, but is "many".',
      'error CONFIG_INVALID_VALUE selvage.yaml:13:14 sources.billing.queries: "queries" must be a list of texts, but is "search".',
      'error CONFIG_INVALID_VALUE selvage.yaml:14:17 sources.billing.operations: "operations" must be a map, but is a list.',
      'error CONFIG_INVALID_VALUE selvage.yaml:15:15 log.level: "level" must be trace, debug, info, warn, error, fatal or silent, but is "loud".',
    ],
  },
  {
    name: 'an admin listener that others could reach',
    yaml: 'gateway: { admin: { port: 9464, host: 0.0.0.0 } }\n',
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:1:39 gateway.admin.host: "host" must be of this machine alone (127.0.0.1, ::1 or localhost), since the admin listener has no sign-in yet, but is "0.0.0.0".',
    ],
  },
  {
    name: 'an admin listener without a port',
    yaml: 'gateway: { admin: {} }\n',
    told: [
      'error CONFIG_MISSING_KEY selvage.yaml:1:12 gateway.admin.port: "port" is missing; it must be a port from 0 to 65535 (0: any that is free).',
    ],
  },
  {
    name: 'two sources of one name, and a key written twice',
    yaml: `sources:
  a: { document: a.yaml }
  b: { document: b.yaml, document: c.yaml }
  a: { document: d.yaml }
`,
    told: [
      'error CONFIG_SYNTAX selvage.yaml:3:26 sources.b.document: "document" is written twice, first in line 3.\n    hint: remove one of them',
      'error CONFIG_DUPLICATE_SOURCE selvage.yaml:4:3 sources.a: The source "a" is declared twice, first in line 2.\n    hint: give one of them another name',
    ],
  },
  {
    name: 'what each protocol cannot do without',
    yaml: `sources:
  rest: { protocol: openapi }
  soap: { protocol: soap }
  rpc: { protocol: grpc }
  graph: { protocol: graphql }
  untold: { endpoint: http://127.0.0.1:1 }
  empty:
`,
    told: [
      'error CONFIG_MISSING_KEY selvage.yaml:2:3 sources.rest.document: The source has no document.\n    hint: set document: to its file or URL',
      'error CONFIG_MISSING_KEY selvage.yaml:3:3 sources.soap.document: The source has no document.\n    hint: set document: to its file or URL',
      'error CONFIG_MISSING_KEY selvage.yaml:4:3 sources.rpc.document: The source has neither a document nor reflection.\n    hint: set document: to its .proto, or reflection: true',
      'error CONFIG_MISSING_KEY selvage.yaml:4:3 sources.rpc.endpoint: The source has no endpoint; a .proto does not tell one.\n    hint: set endpoint: host:port',
      'error CONFIG_MISSING_KEY selvage.yaml:5:3 sources.graph.endpoint: The source has no endpoint.\n    hint: set endpoint: to the URL of its GraphQL server',
      'error CONFIG_MISSING_KEY selvage.yaml:6:3 sources.untold.document: The source has no document to tell its protocol from.\n    hint: set protocol: graphql if the endpoint speaks it',
      'error CONFIG_MISSING_KEY selvage.yaml:7:3 sources.empty.document: The source has no document to tell its protocol from.\n    hint: set document: to its file or URL',
    ],
  },
  {
    name: "another protocol's options",
    yaml: `sources:
  rest: { protocol: openapi, document: a.yaml, port: 8080 }
  graph: { protocol: graphql, endpoint: http://127.0.0.1:1, queries: [a], reflection: true, namespace: TAG }
`,
    told: [
      'error CONFIG_UNKNOWN_KEY selvage.yaml:2:48 sources.rest.port: "port" is an option of soap sources; this one is openapi.\n    hint: a TCP port belongs into endpoint:',
      'error CONFIG_INVALID_VALUE selvage.yaml:2:54 sources.rest.port: "port" must be a text that is not empty, but is 8080.',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:3:61 sources.graph.queries: "queries" is an option of openapi, soap, grpc sources; this one is graphql.\n    hint: remove it',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:3:75 sources.graph.reflection: "reflection" is an option of grpc sources; this one is graphql.\n    hint: remove it',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:3:93 sources.graph.namespace: "namespace" is an option of openapi sources; this one is graphql.\n    hint: remove it',
    ],
  },
  {
    name: 'addresses',
    yaml: `sources:
  a: { protocol: openapi, document: "ftp://host/a.yaml", endpoint: localhost:80 }
  b: { protocol: soap, document: https://user:hunter2@host/b.wsdl, endpoint: http://u:hunter2@host/b }
  c: { protocol: grpc, document: c.proto, endpoint: stock }
  d: { protocol: graphql, endpoint: http://host/graphql, tls: true }
  e.f: { document: e.yaml }
`,
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:2:37 sources.a.document: The document must be a file, a folder, or an http or https URL.',
      'error CONFIG_INVALID_VALUE selvage.yaml:2:68 sources.a.endpoint: The endpoint must be an http or https URL.\n    hint: for example https://billing.internal/soap',
      'error CONFIG_INVALID_VALUE selvage.yaml:3:34 sources.b.document: A URL must not hold a user name or password.\n    hint: write them as documentCredential: { basic: { username, password } }',
      'error CONFIG_INVALID_VALUE selvage.yaml:3:78 sources.b.endpoint: A URL must not hold a user name or password.\n    hint: write them as credential: { basic: { username, password } }',
      'error CONFIG_INVALID_VALUE selvage.yaml:4:53 sources.c.endpoint: The endpoint of a gRPC source must be host:port, or a target that gRPC resolves.\n    hint: for example stock.internal:50051 or dns:///stock.internal:50051',
      'error CONFIG_INVALID_VALUE selvage.yaml:5:63 sources.d.tls: "tls: true" contradicts the endpoint, whose scheme is http.\n    hint: leave tls out: the scheme tells it',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:6:3 sources.e.f: "e.f" is no name for a source.\n    hint: letters, digits, _ and -, a letter first',
    ],
  },
  {
    name: 'headers and credentials, whose values are never shown',
    yaml: `sources:
  a:
    protocol: grpc
    document: a.proto
    endpoint: host:1
    headers: { "bad name": x, host: y, x-number: 3, x-line: "a\\nb" }
    forward: [Accept-Language, connection, "a b"]
    credential: { bearer: hunter2, basic: { username: "a:b" } }
    documentCredential: { apiKey: { in: query, name: k, value: "\${KEY}" } }
    tls: { cert: missing.pem, caa: x }
  b:
    document: b.yaml
    credential: { wsse: { username: x } }
`,
    env: { KEY: 'hunter3' },
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:6:28 sources.a.headers.bad name: "bad name" is not the name of a header.',
      'error CONFIG_INVALID_VALUE selvage.yaml:6:37 sources.a.headers.host: The header "host" belongs to each connection: it can be neither set nor forwarded.\n    hint: remove it',
      'error CONFIG_INVALID_VALUE selvage.yaml:6:50 sources.a.headers.x-number: "x-number" must be a text without line breaks and control characters (quote it if it is a number).',
      'error CONFIG_INVALID_VALUE selvage.yaml:6:61 sources.a.headers.x-line: "x-line" must be a text without line breaks and control characters (quote it if it is a number).',
      'error CONFIG_INVALID_VALUE selvage.yaml:7:32 sources.a.forward.1: The header "connection" belongs to each connection: it can be neither set nor forwarded.\n    hint: remove it',
      'error CONFIG_INVALID_VALUE selvage.yaml:7:44 sources.a.forward.2: Entry 3 of "forward" must be the name of a header, but is "a b".',
      'error CONFIG_INVALID_VALUE selvage.yaml:8:17 sources.a.credential: "credential" must have one of bearer, basic, apiKey, oauth2, openIdConnect, tokenExchange, passThrough, signedPrincipal, wsse and ntlm.',
      'warning CONFIG_LITERAL_SECRET selvage.yaml:8:27 sources.a.credential.bearer: A secret stands in the file, where all who can read the file can read it.\n    hint: put it into the environment and write ${NAME}',
      'error CONFIG_MISSING_KEY selvage.yaml:8:36 sources.a.credential.basic.password: "password" is missing; it must be a text without line breaks and control characters.',
      'error CONFIG_INVALID_VALUE selvage.yaml:8:55 sources.a.credential.basic.username: "username" must be a text without colons and control characters (RFC 7617, 2).',
      'error CONFIG_INVALID_VALUE selvage.yaml:9:25 sources.a.documentCredential: A document that is a file needs no credential.\n    hint: remove it, or did you mean "credential"?',
      'error CONFIG_INVALID_VALUE selvage.yaml:9:41 sources.a.documentCredential.apiKey.in: gRPC has no query: an API key goes into the metadata.\n    hint: write in: header',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:10:31 sources.a.tls.caa: "caa" is not known here. Did you mean "ca"?',
      'error CONFIG_INVALID_VALUE selvage.yaml:13:25 sources.b.credential.wsse: "username" and "password" go together.\n    hint: give both',
    ],
  },
  {
    name: 'WS-Security and header blocks of SOAP',
    yaml: `
sources:
  a:
    document: a.wsdl
    protocol: openapi
    credential: { wsse: { username: u, password: "\${PASS}", digest: perhaps } }
    soapHeaders: { Session: x }
  b:
    document: b.wsdl
    credential: { wsse: { cert: missing.pem, password: "p" } }
    soapHeaders: { "a b": x, Login: { name: n, passWord: "p", token: $claims.token } }
    headerArguments: ["a:b"]
    service: ""
    addressing: often
  c:
    document: c.wsdl
    credential: { wsse: {} }
  d:
    document: d.wsdl
    mtom: true
    credential: { wsse: { cert: missing.pem } }
  e:
    document: e.wsdl
    credential: { ntlm: { username: u } }
`,
    env: { PASS: 'hunter2' },
    told: [
      'error CONFIG_UNKNOWN_KEY selvage.yaml:6:19 sources.a.credential.wsse: "wsse" is a credential of soap sources; this one is openapi.\n    hint: remove it',
      'error CONFIG_INVALID_VALUE selvage.yaml:6:69 sources.a.credential.wsse.digest: "digest" must be true or false.',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:7:5 sources.a.soapHeaders: "soapHeaders" is an option of soap sources; this one is openapi.\n    hint: remove it',
      'error CONFIG_INVALID_VALUE selvage.yaml:10:25 sources.b.credential.wsse: "username" and "password" go together.\n    hint: give both',
      'warning CONFIG_LITERAL_SECRET selvage.yaml:10:56 sources.b.credential.wsse.password: A secret stands in the file, where all who can read the file can read it.\n    hint: put it into the environment and write ${NAME}',
      'error CONFIG_INVALID_VALUE selvage.yaml:11:27 sources.b.soapHeaders.a b: "a b" is not the name of a header block, such as Session or {urn:crm}Session.',
      'warning CONFIG_LITERAL_SECRET selvage.yaml:11:58 sources.b.soapHeaders.Login.passWord: A secret stands in the file, where all who can read the file can read it.\n    hint: put it into the environment and write ${NAME}',
      'error CONFIG_INVALID_VALUE selvage.yaml:12:23 sources.b.headerArguments.0: Entry 1 of "headerArguments" must be the name of a header block, such as Session or {urn:crm}Session, but is "a:b".',
      'error CONFIG_INVALID_VALUE selvage.yaml:13:14 sources.b.service: "service" must be a text that is not empty, but is "".',
      'error CONFIG_INVALID_VALUE selvage.yaml:14:17 sources.b.addressing: "addressing" must be true or false, but is "often".',
      'error CONFIG_INVALID_VALUE selvage.yaml:17:25 sources.c.credential.wsse: "wsse" must have a user name and password, a certificate and key, or both.',
      'error CONFIG_INVALID_VALUE selvage.yaml:20:11 sources.d.mtom: What is attached would not be signed: "mtom" and a signature do not go together.\n    hint: remove one of the two',
      'error CONFIG_INVALID_VALUE selvage.yaml:21:25 sources.d.credential.wsse: "cert" and "key" go together.\n    hint: give both',
      'error CONFIG_MISSING_KEY selvage.yaml:24:19 sources.e.credential.ntlm.password: "password" is missing; it must be a text without control characters, of at most 256.',
    ],
  },
  {
    name: 'the listener',
    yaml: `gateway:
  trustedProxies: [10.0.0.0/33, proxy.internal]
  connections: { max: 0, headers: 10s, request: 5s }
  cors: { origins: ["https://shop.example.com/", "shop.example.com", "https://a.example:443"], headers: ["a b"] }
`,
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:2:20 gateway.trustedProxies.0: Entry 1 of "trustedProxies" must be an IP address or a network such as 10.0.0.0/8 or 2001:db8::/32, but is "10.0.0.0/33".',
      'error CONFIG_INVALID_VALUE selvage.yaml:2:33 gateway.trustedProxies.1: Entry 2 of "trustedProxies" must be an IP address or a network such as 10.0.0.0/8 or 2001:db8::/32, but is "proxy.internal".',
      'error CONFIG_INVALID_VALUE selvage.yaml:3:23 gateway.connections.max: "max" must be a whole number from 1 to 1000000, but is 0.',
      'error CONFIG_INVALID_VALUE selvage.yaml:4:21 gateway.cors.origins.0: Entry 1 of "origins" must be an origin such as https://shop.example.com (no path, no default port), or *, but is "https://shop.example.com/".',
      'error CONFIG_INVALID_VALUE selvage.yaml:4:50 gateway.cors.origins.1: Entry 2 of "origins" must be an origin such as https://shop.example.com (no path, no default port), or *, but is "shop.example.com".',
      'error CONFIG_INVALID_VALUE selvage.yaml:4:70 gateway.cors.origins.2: Entry 3 of "origins" must be an origin such as https://shop.example.com (no path, no default port), or *, but is "https://a.example:443".',
      'error CONFIG_INVALID_VALUE selvage.yaml:4:106 gateway.cors.headers.0: Entry 1 of "headers" must be the name of a header.',
    ],
  },
  {
    name: 'all origins, with the credentials of their visitors',
    yaml: `gateway:
  connections: { headers: 10s, request: 5s }
  cors: { origins: ["*"], credentials: true }
`,
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:2:27 gateway.connections.headers: The head of a request cannot have more time than the request.\n    hint: make "request" at least as long as "headers"',
      'error CONFIG_INVALID_VALUE selvage.yaml:3:20 gateway.cors.origins: All origins must not act with their visitors\' credentials: any page could read what a visitor may.\n    hint: list the origins that may, or remove "credentials"',
    ],
  },
  {
    name: 'all origins and some',
    yaml: `gateway:
  cors: { origins: ["*", "https://a.example"] }
`,
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:2:20 gateway.cors.origins: "*" stands for all origins: it stands alone.\n    hint: remove the others, or "*"',
    ],
  },
  {
    name: 'no origin',
    yaml: `gateway:
  cors: { origins: [] }
`,
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:2:20 gateway.cors.origins: "origins" must be a list of one origin at least, but is a list.',
    ],
  },
  {
    name: 'credentials that are made while the gateway runs',
    yaml: `sources:
  a:
    document: a.yaml
    forward: [Authorization, x-selvage-user, x_user]
    credential: { tokenExchange: { tokenUrl: "http://login.example.com/token", clientId: a, clientSecret: s, withoutToken: guess } }
  b:
    document: b.yaml
    headers: { X-Caller: me }
    credential: { signedPrincipal: { header: x-caller, lifetime: 0s } }
  c:
    document: https://example.com/c.yaml
    credential: { passThrough: { header: host } }
    documentCredential: { oauth2: { tokenUrl: "https://login.example.com/token" } }
  d:
    document: d.yaml
    credential: { oauth2: { tokenUrl: "https://login.example.com/token#x", clientId: a, scopes: ["a b"] } }
`,
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:4:15 sources.a.forward.0: The header "authorization" is set by "tokenExchange" alone.\n    hint: remove one of the two',
      'error CONFIG_INVALID_VALUE selvage.yaml:4:30 sources.a.forward.1: The header "x-selvage-user" is never forwarded: it is for the gateway itself to say.\n    hint: remove it',
      'error CONFIG_INVALID_VALUE selvage.yaml:4:46 sources.a.forward.2: The header "x_user" is never forwarded: backends may take it for "x-user".\n    hint: remove it',
      'error CONFIG_INVALID_VALUE selvage.yaml:5:46 sources.a.credential.tokenExchange.tokenUrl: "tokenUrl" must be an https URL (http is for this machine alone) without user name and fragment.',
      'warning CONFIG_LITERAL_SECRET selvage.yaml:5:107 sources.a.credential.tokenExchange.clientSecret: A secret stands in the file, where all who can read the file can read it.\n    hint: put it into the environment and write ${NAME}',
      'error CONFIG_INVALID_VALUE selvage.yaml:5:124 sources.a.credential.tokenExchange.withoutToken: "withoutToken" must be refuse, unsigned or client-credentials.',
      'error CONFIG_INVALID_VALUE selvage.yaml:8:26 sources.b.headers.X-Caller: The header "x-caller" is set by "signedPrincipal" alone.\n    hint: remove one of the two',
      'error CONFIG_MISSING_KEY selvage.yaml:9:19 sources.b.credential.signedPrincipal.key: "key" is missing; it must be a text that is not empty.',
      'error CONFIG_INVALID_VALUE selvage.yaml:9:66 sources.b.credential.signedPrincipal.lifetime: "lifetime" must be a duration such as 500ms, 30s or 5m, at most 24h.',
      'error CONFIG_INVALID_VALUE selvage.yaml:12:42 sources.c.credential.passThrough.header: The header "host" belongs to each connection: it cannot carry who asks.\n    hint: for example authorization',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:13:27 sources.c.documentCredential.oauth2: "oauth2" is not supported yet.\n    hint: use bearer, basic or apiKey',
      'error CONFIG_MISSING_KEY selvage.yaml:16:19 sources.d.credential.oauth2.clientSecret: "clientSecret" is missing; it must be a text without line breaks and control characters.',
      'error CONFIG_INVALID_VALUE selvage.yaml:16:39 sources.d.credential.oauth2.tokenUrl: "tokenUrl" must be an https URL (http is for this machine alone) without user name and fragment.',
      'error CONFIG_INVALID_VALUE selvage.yaml:16:98 sources.d.credential.oauth2.scopes.0: Entry 1 of "scopes" must be a scope: printable ASCII without spaces, " and \\.',
    ],
  },
  {
    name: "credentials for a document's security schemes, and its servers",
    yaml: `sources:
  a:
    document: a.yaml
    endpoint: https://shop.example.com
    server: live
    serverVariables: { region: [eu] }
    forward: [authorization]
    credentials:
      key: { apiKey: { value: hunter2, in: body } }
      both: { bearer: "\${TOKEN}", basic: { username: u, password: hunter3 } }
      oidc: { openIdConnect: { discoveryUrl: "https://login.example.com/metadata", clientId: a, clientSecret: hunter4 } }
      later: { wsse: {} }
    trustedOrigins: ["https://upload.example.com/v1", "ftp://b.example"]
  b:
    protocol: soap
    document: b.wsdl
    credentials: { key: { bearer: "\${TOKEN}" } }
    server: 1
`,
    env: { TOKEN: 'hunter5' },
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:5:13 sources.a.server: "server" chooses from the document\'s servers, and "endpoint" stands in place of them all.\n    hint: remove one of the two',
      'error CONFIG_INVALID_VALUE selvage.yaml:6:22 sources.a.serverVariables: "serverVariables" chooses from the document\'s servers, and "endpoint" stands in place of them all.\n    hint: remove one of the two',
      'error CONFIG_INVALID_VALUE selvage.yaml:6:32 sources.a.serverVariables.region: "region" must be a text, or a whole number, but is a list.',
      'error CONFIG_INVALID_VALUE selvage.yaml:7:15 sources.a.forward.0: The header "authorization" is set by "openIdConnect" alone.\n    hint: remove one of the two',
      'warning CONFIG_LITERAL_SECRET selvage.yaml:9:31 sources.a.credentials.key.apiKey.value: A secret stands in the file, where all who can read the file can read it.\n    hint: put it into the environment and write ${NAME}',
      'error CONFIG_INVALID_VALUE selvage.yaml:9:44 sources.a.credentials.key.apiKey.in: "in" must be header, query or cookie.',
      'error CONFIG_INVALID_VALUE selvage.yaml:10:13 sources.a.credentials.both: "both" must have one of bearer, basic, apiKey, oauth2, openIdConnect, tokenExchange, passThrough and signedPrincipal.',
      'warning CONFIG_LITERAL_SECRET selvage.yaml:10:67 sources.a.credentials.both.basic.password: A secret stands in the file, where all who can read the file can read it.\n    hint: put it into the environment and write ${NAME}',
      'error CONFIG_MISSING_KEY selvage.yaml:11:15 sources.a.credentials.oidc.openIdConnect.issuer: The URL does not tell whose metadata are there.\n    hint: give "issuer", or a URL that ends in /.well-known/openid-configuration',
      'warning CONFIG_LITERAL_SECRET selvage.yaml:11:111 sources.a.credentials.oidc.openIdConnect.clientSecret: A secret stands in the file, where all who can read the file can read it.\n    hint: put it into the environment and write ${NAME}',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:12:16 sources.a.credentials.later.wsse: "wsse" is not known here.\n    hint: remove it',
      'error CONFIG_INVALID_VALUE selvage.yaml:13:22 sources.a.trustedOrigins.0: Entry 1 of "trustedOrigins" must be an origin, such as https://upload.example.com, but is "https://upload.example.com/v1".',
      'error CONFIG_INVALID_VALUE selvage.yaml:13:55 sources.a.trustedOrigins.1: Entry 2 of "trustedOrigins" must be an origin, such as https://upload.example.com, but is "ftp://b.example".',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:17:5 sources.b.credentials: "credentials" is an option of openapi sources; this one is soap.\n    hint: remove it',
      'error CONFIG_UNKNOWN_KEY selvage.yaml:18:5 sources.b.server: "server" is an option of openapi sources; this one is soap.\n    hint: remove it',
    ],
  },
  {
    name: 'the environment',
    yaml: `gateway:
  port: \${PORT}
  deadline: \${DEADLINE:-soon}
sources:
  a: { protocol: soap, document: "\${DOCUMNT}/a.wsdl", endpoint: "\${A" }
`,
    env: { PORT: 'eighty', DOCUMENT: '/srv' },
    told: [
      'error CONFIG_INVALID_VALUE selvage.yaml:2:9 gateway.port: "port" must be a port from 0 to 65535 (0: any that is free), but ${PORT} gives something else.',
      'error CONFIG_INVALID_VALUE selvage.yaml:3:13 gateway.deadline: "deadline" must be a duration such as 500ms, 30s or 5m, at most 24h, but ${DEADLINE:-soon} gives something else.',
      'error CONFIG_ENV_NOT_SET selvage.yaml:5:34 sources.a.document: The environment variable DOCUMNT is not set. Did you mean "DOCUMENT"?\n    hint: set it, or write ${DOCUMNT:-default}',
      'error CONFIG_ENV_MALFORMED selvage.yaml:5:65 sources.a.endpoint: "${A" is no reference to the environment.\n    hint: write ${NAME} or ${NAME:-default}',
    ],
  },
];

describe('a mistake in selvage.yaml', () => {
  it.each(mistakes)('$name', async ({ yaml, env = {}, told }) => {
    const { diagnostics } = await readConfig(yaml, 'selvage.yaml', env);
    expect(diagnostics.map(formatDiagnostic)).toEqual(told);
  });

  it('never shows a secret', async () => {
    const outcomes = await Promise.all(mistakes.map(({ yaml, env = {} }) => readConfig(yaml, 'selvage.yaml', env)));
    expect(JSON.stringify(outcomes.map(({ diagnostics }) => diagnostics))).not.toContain('hunter');
  });
});
