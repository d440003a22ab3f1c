import type { WebSocket } from 'ws';
import { Stop } from '../../base/stop.ts';
import { errorReport } from '../../edge/errors/error-report.ts';
import { refusal } from '../../edge/errors/refusal.ts';
import type { OperationRequest, OperationResult, Peer } from '../../edge/handler.ts';
import { requestId } from '../../edge/request/request-id.ts';
import type { ResponseStream } from '../../edge/subscriptions/response-stream.ts';
import type { WebSocketOptions } from '../../edge/subscriptions/subscriptions-options.ts';
import { bodyOf } from '../answer.ts';
import { type DoorOptions, refused } from '../doors/door.ts';
import { orRefusal } from '../operation-of.ts';
import { paramsOf } from '../request-params.ts';
import { type ClientMessage, readMessage } from './message.ts';

interface ConnectionOptions {
  readonly door: DoorOptions;
  readonly sockets: WebSocketOptions;
  readonly peer: Peer;
  /** Of the request that asked for the socket. */
  readonly headers: OperationRequest['headers'];
  /** Milliseconds. */
  readonly heartbeat: number;
}

/** An operation of a socket. */
interface Running {
  readonly gone: Stop;
  stream?: ResponseStream;
}

/** RFC 9110, 5.5. */
const headerValue = /^[\t\x20-\x7e\x80-\xff]{1,8192}$/;

/** One client's socket: its operations run as any other's, each by itself through all gates. */
export class Connection {
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #running = new Map<string, Running>();
  readonly #timers: NodeJS.Timeout[];
  #headers: OperationRequest['headers'] | undefined;
  #alive = true;
  #leaving = false;

  constructor(socket: WebSocket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    const { sockets, heartbeat } = options;
    this.#timers = [
      setTimeout(() => {
        if (!this.#headers) socket.close(4408, 'Connection initialisation timeout');
      }, sockets.initTimeout),
      setInterval(() => this.#beat(), heartbeat),
    ];
    socket.on('message', (data, isBinary) => this.#take(isBinary ? '' : String(data)));
    socket.on('pong', () => {
      this.#alive = true;
    });
    socket.on('error', () => socket.terminate()); // a frame that is none, or a message that is too large: `ws` has closed with its code
    socket.on('close', () => this.#left());
  }

  /** Resolves when the socket is closed: what is under way is answered first, in so many milliseconds. */
  close(patience: number): Promise<void> {
    this.#leaving = true;
    const closed = new Promise<void>(resolve => this.#socket.once('close', () => resolve()));
    const cut = setTimeout(() => this.#socket.terminate(), patience);
    this.#closeWhereDone();
    return closed.finally(() => clearTimeout(cut));
  }

  #closeWhereDone(): void {
    if (this.#leaving && this.#running.size === 0) this.#socket.close(1001, 'Going away');
  }

  /** Who has not answered the last sign of life is gone, or reads nothing. */
  #beat(): void {
    if (!this.#alive) {
      this.#socket.terminate();
      return;
    }
    this.#alive = false;
    this.#socket.ping();
  }

  #left(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    for (const running of this.#running.values()) leave(running);
    this.#running.clear();
  }

  #take(text: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const message = readMessage(text);
    if (message) this.#heed(message);
    else this.#socket.close(4400, 'Invalid message');
  }

  #heed(message: ClientMessage): void {
    switch (message.type) {
      case 'connection_init':
        this.#begin(message.payload);
        return;
      case 'ping':
        this.#send('{"type":"pong"}');
        return;
      case 'pong':
        return;
      case 'subscribe':
        if (!this.#headers) this.#socket.close(4401, 'Unauthorized');
        else if (this.#running.has(message.id)) this.#socket.close(4409, 'Subscriber for this id already exists');
        else void this.#run(message.id, message.payload, this.#headers);
        return;
      case 'complete': {
        const running = this.#running.get(message.id);
        this.#running.delete(message.id);
        if (running) leave(running);
      }
    }
  }

  /** What the payload says of itself is as good as a header, where the configuration names it: each operation is asked anew whose it is. */
  #begin(payload: Readonly<Record<string, unknown>>): void {
    if (this.#headers) {
      this.#socket.close(4429, 'Too many initialisation requests');
      return;
    }
    const headers = Object.assign(Object.create(null) as Record<string, string>, this.#options.headers); // no keys yet
    for (const [key, value] of Object.entries(payload)) {
      const name = key.toLowerCase();
      if (!this.#options.sockets.params.includes(name)) continue;
      if (typeof value !== 'string' || !headerValue.test(value)) {
        this.#socket.close(4400, 'Invalid connection parameters');
        return;
      }
      headers[name] = value;
    }
    this.#headers = headers;
    this.#send('{"type":"connection_ack"}');
  }

  async #run(id: string, payload: unknown, headers: OperationRequest['headers']): Promise<void> {
    const running: Running = { gone: new Stop() };
    this.#running.set(id, running);
    const correlation = requestId(undefined);
    try {
      const done = await this.#execute(correlation, payload, headers, running);
      await this.#answer(id, running, done);
    } catch (error) {
      this.#options.door.log.error({ requestId: correlation, error: errorReport(error) }, 'internal error');
      this.#socket.close(4500, 'Internal server error');
    } finally {
      if (this.#running.get(id) === running) this.#running.delete(id);
      this.#closeWhereDone();
    }
  }

  async #execute(
    id: string,
    payload: unknown,
    headers: OperationRequest['headers'],
    { gone }: Running,
  ): Promise<OperationResult> {
    const { door, sockets, peer } = this.#options;
    const params =
      this.#running.size > sockets.operations
        ? refusal('RATE_LIMITED', `A socket has at most ${sockets.operations} operations at once.`)
        : orRefusal(paramsOf(payload));
    if ('status' in params) return refused(door, params, id, 'SUBSCRIBE');
    return door.handler({ ...params, id, method: 'POST', headers, peer, signal: gone, streams: true });
  }

  async #answer(id: string, running: Running, done: OperationResult): Promise<void> {
    const { stream } = done;
    if (!stream) {
      if (this.#isOver(id, running)) return;
      if (done.result.data === undefined) {
        this.#send(`{"id":${JSON.stringify(id)},"type":"error","payload":${errorsOf(done)}}`);
        return;
      }
      await this.#next(id, done);
      this.#complete(id, running);
      return;
    }
    running.stream = stream;
    let isExpired = false;
    stream.whenEnded(({ by }) => {
      isExpired = by === 'expired';
    });
    if (this.#isOver(id, running)) leave(running);
    for (let each = await stream.next(); each; each = await stream.next()) {
      if (isExpired) break;
      await this.#next(id, each);
    }
    if (isExpired) this.#socket.close(4401, 'The credential has expired');
    else this.#complete(id, running);
  }

  /** Is nobody waiting for it any more? */
  #isOver(id: string, running: Running): boolean {
    return this.#running.get(id) !== running;
  }

  #complete(id: string, running: Running): void {
    if (!this.#isOver(id, running)) this.#send(`{"id":${JSON.stringify(id)},"type":"complete"}`);
  }

  /** Answers are JSON text already. Resolves when the connection has taken it: the next is not asked for before. */
  #next(id: string, { result }: OperationResult): Promise<void> {
    return this.#send(`{"id":${JSON.stringify(id)},"type":"next","payload":${bodyOf(result).toString()}}`);
  }

  #send(text: string): Promise<void> {
    return new Promise(resolve => this.#socket.send(text, () => resolve())); // a socket that is closed ends what runs
  }
}

function leave({ gone, stream }: Running): void {
  gone.abort();
  stream?.end('client');
}

/** A direct response has a text of its own, which is no error list. */
function errorsOf({ result }: OperationResult): string {
  const { errors } = result;
  const told = errors ?? [
    { message: 'The gateway does not execute this operation.', extensions: { code: 'BAD_REQUEST' } },
  ];
  return JSON.stringify(told);
}
