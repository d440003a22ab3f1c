import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { GatewayError } from '../../base/error.ts';
import { refusal } from '../../edge/errors/refusal.ts';
import type { OperationResult } from '../../edge/handler.ts';
import { type LimitKey, type Limits, limitTable } from '../../edge/limits/limits.ts';
import { jsonOf, paramsOf, type RequestParams } from '../request-params.ts';
import { Arrivals } from './arrivals.ts';
import type { FileHead } from './arriving-file.ts';
import { placesOf, type UploadPlaces, withUploads } from './upload-places.ts';

/** Why there are no parameters, and the limit that was passed, where it is one. */
export interface Refusal {
  readonly refusal: OperationResult;
  readonly limit?: LimitKey;
}

/** The files of a request, which may still be coming while its operation runs. */
export interface ComingFiles {
  /** Undefined as long as nothing is wrong with them. */
  readonly refused: Refusal | undefined;
  /** Is told once, where something is found to be wrong, or the client leaves. */
  onFailure(listener: () => void): void;
  /** The operation is over: what still comes is read, within the limits, and let go of. Resolves when nothing more is read. */
  rest(): Promise<void>;
}

/** Of a part's head, which holds its name and the file's. */
const maxPartHead = 8 * 1024;
/** What stands around the parts, at most. */
const maxFrame = 64 * 1024;

/**
 * The parameters of an operation that brings files (GraphQL multipart request specification): a part `operations`, a part `map`, then the files.
 * The parameters are there as soon as `map` is; the files may come while the operation runs. Each and all together they are counted while
 * they come; what is beyond their limits is read no further. Rejects where the client left before.
 */
export function paramsOfMultipart(
  request: IncomingMessage,
  limits: Limits,
): Promise<(RequestParams & { readonly files: ComingFiles }) | Refusal> {
  const most = limits.body + limits.uploadTotal + maxFrame;
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.resolve(beyond('uploadTotal', limits));
  const busboy = busboyOf(request, limits);
  if (typeof busboy === 'string') return Promise.resolve(wrong(busboy));
  return new Promise((resolve, reject) => {
    const reading = new Reading(limits, {
      begun: params => resolve({ ...params, files: reading }),
      ended: () => {
        request.unpipe();
        request.pause();
        if (reading.refused) resolve(reading.refused);
      },
    });
    busboy.on('file', (name, stream, filename, _encoding, contentType) =>
      reading.part(name, stream, { filename: filename ?? '', contentType }),
    );
    busboy.on('partsLimit', () => reading.refuse(beyond('uploads', limits)));
    busboy.on('finish', () => reading.finish());
    busboy.on('error', () => reading.refuse(wrong('The body is not multipart/form-data (RFC 7578).')));
    // node:http tells here that the connection ended before the body did
    request.on('error', error => {
      if (request.complete) return;
      reading.leave();
      reject(error);
    });
    request.pipe(busboy);
  });
}

function busboyOf({ headers }: IncomingMessage, { uploads }: Limits) {
  try {
    return new Busboy({
      headers: { ...headers, 'content-type': headers['content-type'] ?? '' },
      isPartAFile: () => true, // as bytes: what is text is found out here
      limits: { parts: uploads + 2, headerPairs: 16, headerSize: maxPartHead },
    });
  } catch {
    return 'The content-type multipart/form-data needs a boundary.';
  }
}

/** The parts before the files. */
const fields = ['operations', 'map'];

/** Who is told, once each, that the operation can begin, and that nothing more is read. */
interface Ends {
  begun(params: RequestParams): void;
  ended(): void;
}

/** One body, part by part. What is refused is told once. */
class Reading implements ComingFiles {
  readonly #limits: Limits;
  readonly #ends: Ends;
  /** Of the parts, in the order in which they began. (Whether one has ended when the next begins is left to chance.) */
  readonly #names = new Set<string>();
  /** Files that began before `map` was read to its end. */
  readonly #early: (() => void)[] = [];
  readonly #whenOver: (() => void)[] = [];
  #operations: RequestParams | undefined;
  #arrivals: Arrivals | undefined;
  #failed: () => void = () => undefined;
  #fieldBytes = 0;
  #fileBytes = 0;
  #over = false;
  #refused: Refusal | undefined;

  constructor(limits: Limits, ends: Ends) {
    this.#limits = limits;
    this.#ends = ends;
  }

  get refused(): Refusal | undefined {
    return this.#refused;
  }

  onFailure(listener: () => void): void {
    this.#failed = listener;
  }

  rest(): Promise<void> {
    this.#arrivals?.fail(new GatewayError('BAD_REQUEST', 'The operation is over.'));
    return this.#over ? Promise.resolve() : new Promise(resolve => void this.#whenOver.push(resolve));
  }

  part(name: string | undefined, stream: BusboyFileStream, head: FileHead): void {
    const isField = this.#names.size < fields.length;
    const isExpected = isField ? name === fields[this.#names.size] : name !== undefined && !this.#names.has(name);
    this.#names.add(name ?? '');
    stream.on('error', () => undefined); // the whole body's error tells of it
    if (!isExpected) this.refuse(wrong(`The parts must be "operations", "map", and then the files, each once.`));
    else if (isField) this.#readField(name === 'operations', stream);
    else if (this.#arrivals) this.#readFile(name ?? '', stream, head);
    else this.#early.push(() => this.#readFile(name ?? '', stream, head));
  }

  finish(): void {
    if (this.#over) return;
    const missing = this.#arrivals?.finish();
    if (!this.#arrivals) this.refuse(wrong('The parts "operations" and "map" must be there.'));
    else if (missing === undefined) this.#end();
    else this.refuse(wrong(`There is no part for the file ${JSON.stringify(missing.slice(0, 60))}.`));
  }

  refuse(refused: Refusal): void {
    if (this.#over) return;
    this.#refused = refused;
    const [error] = refused.refusal.result.errors ?? [];
    this.#fail(new GatewayError(refusalCode(refused), error?.message ?? ''));
  }

  leave(): void {
    if (!this.#over) this.#fail(new GatewayError('BAD_REQUEST', 'The client left before it had sent its files.'));
  }

  #fail(error: GatewayError): void {
    this.#over = true;
    this.#arrivals?.fail(error);
    this.#end();
    this.#failed();
  }

  #end(): void {
    this.#over = true;
    this.#ends.ended();
    for (const tell of this.#whenOver) tell();
  }

  #readField(isOperations: boolean, stream: BusboyFileStream): void {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => {
      if (this.#over) return;
      chunks.push(chunk);
      this.#fieldBytes += chunk.length;
      if (this.#fieldBytes > this.#limits.body) this.refuse(beyond('body', this.#limits));
    });
    stream.on('end', () => {
      if (!this.#over) this.#field(isOperations, Buffer.concat(chunks));
    });
  }

  #readFile(name: string, stream: BusboyFileStream, head: FileHead): void {
    if (this.#over) return;
    if (!this.#arrivals?.begin(name, stream, head)) {
      this.refuse(wrong(`The file ${JSON.stringify(name.slice(0, 60))} is none that "map" names.`));
      return;
    }
    let size = 0;
    stream.on('data', (chunk: Buffer) => {
      if (this.#over) return;
      size += chunk.length;
      this.#fileBytes += chunk.length;
      if (size > this.#limits.uploadSize) this.refuse(beyond('uploadSize', this.#limits));
      else if (this.#fileBytes > this.#limits.uploadTotal) this.refuse(beyond('uploadTotal', this.#limits));
      else this.#arrivals?.take(name, chunk);
    });
    stream.on('end', () => {
      if (!this.#over) this.#arrivals?.end(name);
    });
  }

  #field(isOperations: boolean, bytes: Buffer): void {
    const json = jsonOf(bytes.toString('utf8'));
    if (json === undefined) this.refuse(wrong(`The part "${isOperations ? 'operations' : 'map'}" is not JSON.`));
    else if (isOperations) this.#take(paramsOf(json));
    else this.#place(placesOf(json));
  }

  #take(params: RequestParams | string): void {
    if (typeof params === 'string') this.refuse(wrong(params));
    else this.#operations = params;
  }

  #place(places: UploadPlaces | string): void {
    if (typeof places === 'string') this.refuse(wrong(places));
    else if ([...places.values()].flat().length > this.#limits.uploads) this.refuse(beyond('uploads', this.#limits));
    else if (this.#operations) this.#begin(this.#operations, places);
  }

  /** From here on the operation runs. */
  #begin(operations: RequestParams, places: UploadPlaces): void {
    const uses = new Map([...places].map(([name, paths]) => [name, paths.length]));
    const arrivals = new Arrivals(uses, this.#limits.uploadBuffer, () =>
      this.refuse(beyond('uploadBuffer', this.#limits)),
    );
    const params = withUploads(operations, places, name => arrivals.file(name)!); // it was made of the same names
    if (typeof params === 'string') {
      this.refuse(wrong(params));
      return;
    }
    this.#arrivals = arrivals;
    for (const read of this.#early) read();
    if (!this.#over) this.#ends.begun(params);
  }
}

function wrong(message: string): Refusal {
  return { refusal: refusal('BAD_REQUEST', message) };
}

const sentences = {
  body: (most: number) => `The operation has more than the ${most} bytes that are allowed.`,
  uploads: (most: number) => `There are more than the ${most} files that are allowed.`,
  uploadSize: (most: number) => `A file has more than the ${most} bytes that are allowed.`,
  uploadTotal: (most: number) => `The files have more than the ${most} bytes that are allowed.`,
  uploadBuffer: (most: number) =>
    `More than ${most} bytes of files would have to be held: they come in another order than they are used in, or one is used more than once.`,
};

function beyond(limit: keyof typeof sentences, limits: Limits): Refusal {
  return { refusal: refusal(limitTable[limit].code, sentences[limit](limits[limit]), { status: 413 }), limit };
}

function refusalCode({ limit }: Refusal) {
  return limit === undefined ? 'BAD_REQUEST' : limitTable[limit].code;
}
