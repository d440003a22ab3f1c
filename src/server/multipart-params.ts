import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { UploadedFile } from '../base/upload.ts';
import type { OperationResult } from '../edge/handler.ts';
import { type LimitKey, type Limits, limitTable } from '../edge/limits.ts';
import { refusal } from '../edge/refusal.ts';
import { jsonOf, paramsOf, type RequestParams } from './request-params.ts';
import { placesOf, type UploadPlaces, withUploads } from './upload-places.ts';

/** Why there are no parameters, and the limit that was passed, where it is one. */
export interface Refusal {
  readonly refusal: OperationResult;
  readonly limit?: LimitKey;
}

/** Of a part's head, which holds its name and the file's. */
const maxPartHead = 8 * 1024;
/** What stands around the parts, at most. */
const maxFrame = 64 * 1024;

/**
 * The parameters of an operation that brings files (GraphQL multipart request specification): a part `operations`, a part `map`, then the files.
 * They are kept in memory, each and all together within their limits; what is beyond is read no further. Rejects where the client left.
 */
export function paramsOfMultipart(request: IncomingMessage, limits: Limits): Promise<RequestParams | Refusal> {
  const most = limits.body + limits.uploadTotal + maxFrame;
  if (Number(request.headers['content-length'] ?? 0) > most) return Promise.resolve(beyond('uploadTotal', limits));
  return new Promise((resolve, reject) => {
    const reading = new Reading(limits, end);
    const busboy = busboyOf(request, limits);
    if (typeof busboy === 'string') {
      resolve(wrong(busboy));
      return;
    }
    function end(outcome: RequestParams | Refusal): void {
      request.unpipe();
      request.pause();
      resolve(outcome);
    }
    busboy.on('file', (name, stream, filename, _encoding, contentType) =>
      reading.part(name, stream, filename ?? '', contentType),
    );
    busboy.on('partsLimit', () => end(beyond('uploads', limits)));
    busboy.on('finish', () => reading.finish());
    busboy.on('error', () => end(wrong('The body is not multipart/form-data (RFC 7578).')));
    // node:http tells here that the connection ended before the body did
    request.on('error', error => {
      if (!request.complete) reject(error);
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

/** One body, part by part. What is refused is told once. */
class Reading {
  readonly #limits: Limits;
  readonly #end: (outcome: RequestParams | Refusal) => void;
  readonly #files = new Map<string, UploadedFile>();
  /** Of the parts, in the order in which they began. (Whether one has ended when the next begins is left to chance.) */
  readonly #names = new Set<string>();
  #operations: RequestParams | undefined;
  #places: UploadPlaces | undefined;
  #fieldBytes = 0;
  #fileBytes = 0;
  #over = false;

  constructor(limits: Limits, end: (outcome: RequestParams | Refusal) => void) {
    this.#limits = limits;
    this.#end = end;
  }

  part(name: string | undefined, stream: BusboyFileStream, filename: string, contentType: string): void {
    const chunks: Buffer[] = [];
    let size = 0;
    const isField = this.#names.size < fields.length;
    const isExpected = isField ? name === fields[this.#names.size] : name !== undefined && !this.#names.has(name);
    this.#names.add(name ?? '');
    if (!isExpected) this.#refuse(wrong(`The parts must be "operations", "map", and then the files, each once.`));
    stream.on('error', () => undefined); // the whole body's error tells of it
    stream.on('data', (chunk: Buffer) => {
      if (this.#over) return;
      size += chunk.length;
      chunks.push(chunk);
      this.#count(isField, size, chunk.length);
    });
    stream.on('end', () => {
      if (this.#over) return;
      if (isField) this.#field(name === 'operations', Buffer.concat(chunks));
      else this.#files.set(name ?? '', { filename, contentType, size, chunks });
    });
  }

  finish(): void {
    if (this.#over) return;
    if (!this.#operations || !this.#places) {
      this.#refuse(wrong('The parts "operations" and "map" must be there.'));
      return;
    }
    const stranger = [...this.#files.keys()].find(name => !this.#places?.has(name));
    if (stranger !== undefined) {
      this.#refuse(wrong(`The file ${JSON.stringify(stranger.slice(0, 60))} is none that "map" names.`));
      return;
    }
    const params = withUploads(this.#operations, this.#places, this.#files);
    if (typeof params === 'string') this.#refuse(wrong(params));
    else this.#finish(params);
  }

  #count(isField: boolean, size: number, more: number): void {
    const { body, uploadSize, uploadTotal } = this.#limits;
    if (isField) this.#fieldBytes += more;
    else this.#fileBytes += more;
    if (this.#fieldBytes > body) this.#refuse(beyond('body', this.#limits));
    else if (!isField && size > uploadSize) this.#refuse(beyond('uploadSize', this.#limits));
    else if (this.#fileBytes > uploadTotal) this.#refuse(beyond('uploadTotal', this.#limits));
  }

  #field(isOperations: boolean, bytes: Buffer): void {
    const json = jsonOf(bytes.toString('utf8'));
    if (json === undefined) this.#refuse(wrong(`The part "${isOperations ? 'operations' : 'map'}" is not JSON.`));
    else if (isOperations) this.#take(paramsOf(json));
    else this.#place(placesOf(json));
  }

  #take(params: RequestParams | string): void {
    if (typeof params === 'string') this.#refuse(wrong(params));
    else this.#operations = params;
  }

  #place(places: UploadPlaces | string): void {
    if (typeof places === 'string') this.#refuse(wrong(places));
    else if ([...places.values()].flat().length > this.#limits.uploads) this.#refuse(beyond('uploads', this.#limits));
    else this.#places = places;
  }

  #refuse(refused: Refusal): void {
    this.#finish(refused);
  }

  #finish(outcome: RequestParams | Refusal): void {
    if (this.#over) return;
    this.#over = true;
    this.#end(outcome);
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
};

function beyond(limit: keyof typeof sentences, limits: Limits): Refusal {
  return { refusal: refusal(limitTable[limit].code, sentences[limit](limits[limit]), { status: 413 }), limit };
}
