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
  /** Of a file, the media types and ranges of which it is of one; of bytes, their type. None: any. */
  readonly media: readonly string[];
}

/** The attachments of one message, as they are met while it is written (XOP 1.0; MTOM; SOAP Messages with Attachments). */
export class SentAttachments {
  readonly #sent: Sent[] = [];
  readonly #mtom: boolean;

  /** `mtom`: is the message MTOM, with files and large bytes of its own attached? */
  constructor(mtom: boolean) {
    this.#mtom = mtom;
  }

  /** Must the message be sent with its attachments, or may it go alone? */
  get isNeeded(): boolean {
    return this.#mtom || this.#sent.length > 0;
  }

  /** The element that stands for a value; undefined where the value is better written. */
  include(value: unknown): string | undefined {
    if (!this.#mtom) return undefined;
    const content = value instanceof Upload ? value : large(value);
    if (content === undefined) return undefined;
    const href = this.#refer(content);
    return `<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="${href}"/>`;
  }

  /** The URL of a file (WS-I Attachments Profile 1.0, 4.4); undefined where the value is none. */
  reference(value: unknown): string | undefined {
    return value instanceof Upload ? this.#refer(value) : undefined;
  }

  /** A part of the message, found by its name in the attachment's id (WS-I Attachments Profile 1.0, 3.8, R2933). */
  part(name: string, content: Buffer | Upload, media: readonly string[]): void {
    const escaped = encodeURIComponent(name).replace(
      /[().]/g,
      one => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    this.#sent.push({ id: `${escaped}=${randomUUID()}@selvage`, content, media });
  }

  #refer(content: Buffer | Upload): string {
    const id = `${randomUUID()}@selvage`;
    this.#sent.push({ id, content, media: [] });
    return `cid:${id}`;
  }

  /** The message with its attachments: its root first; files that are still coming last, in the order they come. */
  async related(
    message: string,
    version: SoapVersion,
    soapAction: string,
  ): Promise<{ contentType: string; body: BodyPieces }> {
    const boundary = `selvage-${randomUUID()}`;
    const envelope = version === '1.1' ? 'text/xml' : 'application/soap+xml';
    const action = version === '1.1' ? '' : actionParameter(soapAction);
    const rootType = this.#mtom
      ? `application/xop+xml; charset=UTF-8; type="${quoted(envelope + action)}"`
      : `${envelope}; charset=UTF-8${action}`;
    const pieces: (Uint8Array | AsyncIterableIterator<Uint8Array>)[] = [
      headOf(boundary, rootType, '8bit', rootId),
      Buffer.from(message),
    ];
    await Promise.all(
      this.#sent.map(({ content }) => (content instanceof Upload ? content.file.settled() : undefined)),
    );
    const coming: { readonly sent: Sent; readonly upload: Upload }[] = [];
    for (const sent of this.#sent) {
      const { id, content, media } = sent;
      const whole = content instanceof Upload ? content.file.whole() : [content];
      if (whole) pieces.push(headOf(boundary, typeOf(content, media), 'binary', id), ...whole);
      else if (content instanceof Upload) coming.push({ sent, upload: content });
    }
    for (const { sent, upload } of coming.toSorted((a, b) => a.upload.file.order - b.upload.file.order))
      pieces.push(asItComes(boundary, sent, upload, this));
    pieces.push(Buffer.from(`\r\n--${boundary}--\r\n`));
    const sizes = pieces.map(piece => (piece instanceof Uint8Array ? piece.length : Number.NaN));
    const size = sizes.reduce((sum, one) => sum + one, 0);
    const type = this.#mtom ? 'application/xop+xml' : envelope;
    const info = this.#mtom ? `; start-info="${envelope}"` : '';
    const contentType = `multipart/related; type="${type}"; start="<${rootId}>"${info}${action}; boundary="${boundary}"`;
    return { contentType, body: { size: Number.isNaN(size) ? undefined : size, pieces } };
  }
}

const rootId = 'message@selvage';

function large(value: unknown): Buffer | undefined {
  return typeof value === 'string' && value.length >= leastBytes ? Buffer.from(value, 'base64') : undefined;
}

/** What is still coming is read by one, file after file: `reader` tells who. */
async function* asItComes(
  boundary: string,
  { id, media }: Sent,
  upload: Upload,
  reader: object,
): AsyncGenerator<Uint8Array, void> {
  await upload.file.begun(reader);
  yield headOf(boundary, typeOf(upload, media), 'binary', id);
  yield* upload.file.read(reader);
}

function headOf(boundary: string, type: string, encoding: string, id: string): Buffer {
  return Buffer.from(
    `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\nContent-ID: <${id}>\r\n\r\n`,
  );
}

/**
 * What the client says of a file is believed as far as it is a media type, and where the binding allows it; else it is the first that the
 * binding names.
 */
function typeOf(content: Buffer | Upload, media: readonly string[]): string {
  const said = content instanceof Upload ? content.file.contentType.toLowerCase() : '';
  const own = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(said) ? said : undefined;
  const isAllowed = own !== undefined && (media.length === 0 || media.some(one => isInRange(own, one)));
  return (isAllowed ? own : media.find(one => !one.includes('*'))) ?? own ?? 'application/octet-stream';
}

function isInRange(type: string, range: string): boolean {
  return range === '*/*' || type === range || (range.endsWith('/*') && type.startsWith(range.slice(0, -1)));
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, character => `\\${character}`);
}
