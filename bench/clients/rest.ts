import { Pool } from 'undici';

/** A REST backend by undici: as many connections as a source of the gateway has. */
export class RestClient {
  readonly #pool: Pool;
  readonly #path: string;

  constructor(address: string) {
    const { origin, pathname } = new URL(address);
    this.#pool = new Pool(origin, { connections: 64 });
    this.#path = pathname === '/' ? '' : pathname;
  }

  async get<T>(path: string): Promise<T> {
    const { statusCode, body } = await this.#pool.request({ method: 'GET', path: this.#path + path });
    if (statusCode === 200) return (await body.json()) as T; // our own backend
    await body.dump();
    throw new Error(`${path} was answered ${statusCode}.`);
  }

  async post<T>(path: string, value: unknown): Promise<T> {
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: this.#path + path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
    if (statusCode === 201) return (await body.json()) as T; // our own backend
    await body.dump();
    throw new Error(`${path} was answered ${statusCode}.`);
  }
}
