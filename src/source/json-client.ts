import type { Agent } from 'undici';
import { systemCode } from './refusal.ts';

export interface JsonRequest {
  /** Default GET, or POST where there is a body. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The whole of it, in milliseconds. */
  readonly timeout: number;
  /** Of the answer. */
  readonly maxBytes: number;
}

export type JsonAnswer =
  | {
      readonly status: number;
      readonly headers: Readonly<Record<string, string | string[] | undefined>>;
      /** Undefined where the body is empty or no JSON. */
      readonly json: unknown;
    }
  /** Why there is none: our own words, with the system's code and nothing of the other side. */
  | { readonly failure: string };

/** Small JSON documents over HTTP, for what is neither a source nor its document. Redirects are not followed, compression is not asked for. */
export class JsonClient {
  #agent: Promise<Agent> | undefined;

  async request(url: string, { body, headers, timeout, maxBytes }: JsonRequest): Promise<JsonAnswer> {
    const { request, Agent } = await import('undici'); // many modules, which a gateway that asks nobody does without
    this.#agent ??= Promise.resolve(new Agent({ connections: 32 }));
    const signal = AbortSignal.timeout(timeout);
    try {
      const response = await request(url, {
        dispatcher: await this.#agent,
        signal,
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          accept: 'application/json',
          'accept-encoding': 'identity',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body ?? null,
      });
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > maxBytes) return { failure: `the answer has more than ${maxBytes} bytes` };
        chunks.push(chunk);
      }
      return { status: response.statusCode, headers: response.headers, json: jsonOf(Buffer.concat(chunks, size)) };
    } catch (error) {
      return { failure: signal.aborted ? `no answer within ${timeout} ms` : `not reached (${systemCode(error)})` };
    }
  }

  async close(): Promise<void> {
    await (await this.#agent)?.destroy();
  }
}

function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** May what is asked there be believed, and secrets be sent there? On this machine alone without TLS. */
export function isConfidential(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (protocol === 'https:') return true;
  return protocol === 'http:' && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
