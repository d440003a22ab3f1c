import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Lane } from '../../src/edge/handler.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { document, type EventBackend, startEventBackend } from './event-backend.ts';

interface Options {
  /** Top-level sections of the configuration. */
  readonly sections?: string;
  /** A line of the section `gateway`. */
  readonly gateway?: string;
  readonly overlay?: string;
  readonly lane?: Lane;
  readonly graphiqlQuery?: string;
}

/** A whole gateway before a backend of events. */
export interface StreamingGateway {
  readonly gateway: Gateway;
  readonly backend: EventBackend;
  readonly url: string;
  readonly lines: Record<string, unknown>[];
  /** Writes the configuration anew, and reloads. */
  rewrite(change: Partial<Options>): Promise<void>;
  subscribe(query: string, init?: SubscribeInit): Promise<SseClient>;
  close(): Promise<void>;
}

interface SubscribeInit {
  readonly headers?: Record<string, string>;
  readonly variables?: Record<string, unknown>;
  readonly accept?: string;
  readonly method?: 'GET' | 'POST';
}

/** What came over one subscription. */
export interface SseClient {
  readonly response: Response;
  /** Payloads of `next`, as they came. */
  readonly answers: unknown[];
  readonly complete: boolean;
  /** Signs of life. */
  readonly beats: number;
  /** Reads until so many answers have come, or the stream is over. */
  read(answers: number): Promise<unknown[]>;
  /** Reads to the end. */
  all(): Promise<unknown[]>;
  leave(): void;
}

export async function streamingGateway(options: Options = {}): Promise<StreamingGateway> {
  const folder = await mkdtemp(join(tmpdir(), 'selvage-stream-'));
  const backend = await startEventBackend();
  const write = async ({ sections = '', gateway: settings = '', overlay = '' }: Options) => {
    await writeFile(join(folder, 'ticks.json'), JSON.stringify(document));
    await writeFile(join(folder, 'overlay.graphql'), overlay === '' ? '# nothing' : overlay);
    await writeFile(
      join(folder, 'selvage.yaml'),
      `gateway:
  port: 0
  admin: { port: 0 }
  overlay: overlay.graphql
  ${settings}
sources:
  ticks: { protocol: openapi, document: ticks.json, endpoint: "${backend.endpoint}" }
${sections}
`,
    );
  };
  await write(options);
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const gateway = await createGateway({
    config: join(folder, 'selvage.yaml'),
    env: {},
    log,
    ...(options.lane ? { lane: options.lane } : {}),
    ...(options.graphiqlQuery === undefined ? {} : { graphiqlQuery: options.graphiqlQuery }),
  });
  const { url } = await gateway.listen();
  const left: (() => void)[] = [];
  let written = options;
  return {
    gateway,
    backend,
    url,
    lines,
    async rewrite(change) {
      written = { ...written, ...change };
      await write(written);
      const outcome = await gateway.reload();
      if (!outcome.ok) throw new TypeError(JSON.stringify(outcome.diagnostics));
    },
    async subscribe(query, init = {}) {
      const client = await sseClient(`${url}/graphql`, query, init);
      left.push(() => client.leave());
      return client;
    },
    async close() {
      for (const leave of left) leave();
      await gateway.close();
      await backend.close();
      await rm(folder, { recursive: true });
    },
  };
}

export async function sseClient(
  endpoint: string,
  query: string,
  { headers = {}, variables, accept = 'text/event-stream', method = 'POST' }: SubscribeInit,
): Promise<SseClient> {
  const leaving = new AbortController();
  const response =
    method === 'POST'
      ? await fetch(endpoint, {
          method,
          signal: leaving.signal,
          headers: { 'content-type': 'application/json', accept, ...headers },
          body: JSON.stringify({ query, variables }),
        })
      : await fetch(`${endpoint}?${new URLSearchParams({ query })}`, {
          signal: leaving.signal,
          headers: { accept, ...headers },
        });
  const answers: unknown[] = [];
  const state = { complete: false, beats: 0, over: false };
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let open = '';
  const step = async (): Promise<void> => {
    const { value, done } = await reader.read();
    state.over = done;
    open += value ?? '';
    const blocks = open.split('\n\n');
    open = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n');
      if (fields.every(field => field === ':')) state.beats += 1;
      if (fields.includes('event: complete')) state.complete = true;
      const data = fields.flatMap(field => (field.startsWith('data: ') ? [field.slice(6)] : []));
      if (fields.includes('event: next')) answers.push(JSON.parse(data.join('\n')));
    }
  };
  return {
    response,
    answers,
    get complete() {
      return state.complete;
    },
    get beats() {
      return state.beats;
    },
    async read(count) {
      while (answers.length < count && !state.over) await step();
      return answers;
    },
    async all() {
      while (!state.over) await step();
      return answers;
    },
    leave: () => leaving.abort(),
  };
}
