import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { CaseAnswers } from './answers.ts';
import { graphqlDocument } from './documents/graphql.ts';
import { grpcDocument } from './documents/grpc.ts';
import { openapiDocument } from './documents/openapi.ts';
import { soapDocument } from './documents/soap.ts';
import type { SourceModel, World } from './model.ts';
import { graphqlAnswer } from './protocols/graphql.ts';
import { GrpcBackend } from './protocols/grpc.ts';
import { restAnswer } from './protocols/rest.ts';
import { soapAnswer } from './protocols/soap.ts';

export interface HttpReply {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

/** What an HTTP backend makes of a request; `delay` in milliseconds. */
export interface HttpDeed {
  readonly delay: number;
  readonly reply: HttpReply | 'reset' | 'hang';
}

export interface HttpQuestion {
  readonly method: string;
  /** Without the source's folder. */
  readonly url: URL;
  readonly body: string;
}

type Protocols = Readonly<
  Record<
    Exclude<SourceModel['protocol'], 'grpc'>,
    (source: SourceModel, question: HttpQuestion, answers: CaseAnswers) => HttpDeed
  >
>;

const protocols: Protocols = { openapi: restAnswer, soap: soapAnswer, graphql: graphqlAnswer };

const documents: Readonly<Record<SourceModel['protocol'], (source: SourceModel) => string>> = {
  openapi: openapiDocument,
  soap: soapDocument,
  grpc: grpcDocument,
  graphql: graphqlDocument,
};

const extensions: Readonly<Record<SourceModel['protocol'], string>> = {
  openapi: 'json',
  soap: 'wsdl',
  grpc: 'proto',
  graphql: 'graphql',
};

/** The backends of one world at a time, on loopback: one HTTP server and one gRPC server; the documents are served there too. */
export class Backends {
  readonly #http: Server;
  readonly #grpc = new GrpcBackend();
  #sources: readonly SourceModel[] = [];
  #answers: CaseAnswers | undefined;

  constructor() {
    this.#http = createServer((request, response) => void this.#serve(request, response));
    this.#http.keepAliveTimeout = 60_000;
  }

  async start(): Promise<void> {
    await new Promise<void>(resolve => this.#http.listen(0, '127.0.0.1', resolve));
    await this.#grpc.start();
  }

  async close(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise<void>(resolve => this.#http.close(() => resolve()));
    this.#grpc.close();
  }

  async show({ sources }: World): Promise<void> {
    this.#sources = sources;
    await this.#grpc.show(
      sources
        .filter(({ protocol }) => protocol === 'grpc')
        .map(source => ({ source, document: this.documentOf(source) })),
      () => this.#answers,
    );
  }

  answer(answers: CaseAnswers): void {
    this.#answers = answers;
  }

  documentOf(source: SourceModel): string {
    return `${this.#url}/document/${source.name}.${extensions[source.protocol]}`;
  }

  endpointOf({ protocol, name }: SourceModel): string {
    return protocol === 'grpc' ? this.#grpc.endpoint : `${this.#url}/${name}`;
  }

  get #url(): string {
    const { port } = this.#http.address() as AddressInfo; // listening on a port, not on a pipe
    return `http://127.0.0.1:${port}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const [folder = '', name = ''] = (request.url ?? '').slice(1).split(/[/?]/, 2);
    if (folder === 'document') {
      const source = this.#sources.find(({ name: own }) => own === name.split('.')[0]);
      response.end(source && documents[source.protocol](source));
      return;
    }
    const source = this.#sources.find(({ name: own }) => own === folder);
    if (!source || source.protocol === 'grpc' || !this.#answers) {
      response.writeHead(404).end();
      return;
    }
    const url = new URL(`http://backend/${(request.url ?? '').slice(folder.length + 2)}`);
    const question = { method: request.method ?? '', url, body: Buffer.concat(chunks).toString('utf8') };
    const { delay, reply } = protocols[source.protocol](source, question, this.#answers);
    if (delay > 0) await setTimeout(delay);
    if (reply === 'hang') return;
    if (reply === 'reset') {
      request.socket.destroy();
      return;
    }
    response.writeHead(reply.status, { 'content-type': reply.type }).end(reply.body);
  }
}
