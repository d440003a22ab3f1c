import { randomUUID } from 'node:crypto';
import type { BodyPieces } from '../../../adapter/piecewise-body.ts';
import { Upload } from '../../../base/upload.ts';
import type { SoapVersion } from '../qname.ts';
import { actionParameter } from './soap-shell.ts';

/** Smaller values stand in the message: a part of their own would be larger. */
const leastBytes = 1_024;

interface Sent {
  readonly id: string;
  readonly content: Buffer | Upload;
}

/** The attachments of one message, as they are met while it is written (XOP 1.0; MTOM). */
export class SentAttachments {
  readonly #sent: Sent[] = [];

  /** The element that stands for a value; undefined where the value is better written. */
  include(value: unknown): string | undefined {
    if (value instanceof Upload) return this.#add(value);
    if (typeof value !== 'string' || value.length < leastBytes) return undefined;
    return this.#add(Buffer.from(value, 'base64'));
  }

  #add(content: Buffer | Upload): string {
    const id = `${randomUUID()}@selvage`;
    this.#sent.push({ id, content });
    return `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:${id}"/>`;
  }

  /** The message with its attachments: its root first, files in the order they come. */
  async related(
    message: string,
    version: SoapVersion,
    soapAction: string,
  ): Promise<{ contentType: string; body: BodyPieces }> {
    const boundary = `selvage-${randomUUID()}`;
    const inner = version === '1.1' ? 'text/xml' : `application/soap+xml${actionParameter(soapAction)}`;
    const type = `application/xop+xml; charset=UTF-8; type="${quoted(inner)}"`;
    const pieces: (Uint8Array | AsyncIterableIterator<Uint8Array>)[] = [
      headOf(boundary, type, '8bit', rootId),
      Buffer.from(message),
    ];
    const files = this.#sent.flatMap(({ id, content }) => (content instanceof Upload ? [{ id, upload: content }] : []));
    for (const { id, content } of this.#sent)
      if (!(content instanceof Upload))
        pieces.push(headOf(boundary, 'application/octet-stream', 'binary', id), content);
    await Promise.all(files.map(({ upload }) => upload.file.settled()));
    for (const { id, upload } of files.toSorted((a, b) => a.upload.file.order - b.upload.file.order)) {
      const whole = upload.file.whole();
      if (whole) pieces.push(headOf(boundary, typeOf(upload), 'binary', id), ...whole);
      else pieces.push(coming(boundary, id, upload, this));
    }
    pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`));
    const sizes = pieces.map(piece => (piece instanceof Uint8Array ? piece.length : Number.NaN));
    const size = sizes.reduce((sum, one) => sum + one, 0);
    const action = version === '1.1' ? '' : actionParameter(soapAction);
    const contentType = `multipart/related; type="application/xop+xml"; start="<${rootId}>"; start-info="${version === '1.1' ? 'text/xml' : 'application/soap+xml'}"${action}; boundary="${boundary}"`;
    return { contentType, body: { size: Number.isNaN(size) ? undefined : size, pieces } };
  }
}

const rootId = 'message@selvage';

/** What is still coming is read by one, file after file: `reader` tells who. */
async function* coming(boundary: string, id: string, upload: Upload, reader: object): AsyncGenerator<Uint8Array, void> {
  await upload.file.begun(reader);
  yield headOf(boundary, typeOf(upload), 'binary', id);
  yield* upload.file.read(reader);
}

function headOf(boundary: string, type: string, encoding: string, id: string): Buffer {
  return Buffer.from(
    `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\nContent-ID: <${id}>\r\n\r\n`,
  );
}

/** What the client says of a file is believed as far as it is a media type. */
function typeOf({ file: { contentType } }: Upload): string {
  return /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(contentType) ? contentType : 'application/octet-stream';
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, character => `\\${character}`);
}
