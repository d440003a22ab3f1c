import { type ClientRequest, request as httpRequest } from 'node:http';

/** An answer as it came. */
interface Told {
  readonly status: number;
  readonly body: { data?: unknown; errors?: { message: string; extensions: { code: string } }[] };
}

/** A client that sends a multipart request bit by bit, and counts what the gateway took of it. */
export class SlowUpload {
  /** Rejects where the connection ends without an answer. */
  readonly answer: Promise<Told>;
  readonly #request: ClientRequest;
  /** Bytes of files that were handed to the kernel. */
  taken = 0;
  #isOver = false;

  constructor(url: string, operations: unknown, map: unknown) {
    const headers = { 'content-type': 'multipart/form-data; boundary=x', 'x-selvage-csrf': '1' };
    this.#request = httpRequest(url, { method: 'POST', headers, agent: false });
    this.answer = new Promise((resolve, reject) => {
      this.#request.on('response', async response => {
        const chunks: Buffer[] = [];
        for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
      });
      this.#request.on('error', reject);
      this.#request.on('close', () => {
        this.#isOver = true;
      });
    });
    this.answer.catch(() => undefined); // a test that looks at it sees it
    this.#part('operations', JSON.stringify(operations));
    this.#part('map', JSON.stringify(map));
  }

  #part(name: string, text: string): void {
    this.#request.write(`--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${text}\r\n`);
  }

  begin(name: string, filename = 'a', type = 'image/png'): void {
    const disposition = `form-data; name="${name}"; filename="${filename}"`;
    this.#request.write(`--x\r\ncontent-disposition: ${disposition}\r\ncontent-type: ${type}\r\n\r\n`);
  }

  /** False where the connection has ended, or `patience` has: milliseconds. */
  async send(chunk: Uint8Array, patience?: number): Promise<boolean> {
    if (this.#isOver) return false;
    const isTaken = await new Promise<boolean>(resolve => {
      const timer = patience === undefined ? undefined : setTimeout(() => tell(false), patience);
      const close = () => tell(false);
      const tell = (taken: boolean) => {
        clearTimeout(timer);
        this.#request.off('close', close);
        resolve(taken);
      };
      this.#request.once('close', close);
      this.#request.write(chunk, error => tell(!error));
    });
    if (isTaken) this.taken += chunk.length;
    return isTaken;
  }

  end(): void {
    this.#request.write('\r\n');
  }

  finish(): void {
    this.#request.end('--x--\r\n');
  }

  leave(): void {
    this.#request.destroy();
  }
}
