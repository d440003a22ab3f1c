import type { CallContext } from '../../../adapter/adapter.ts';
import { GatewayError } from '../../../base/error.ts';
import { own } from '../../../base/json.ts';
import type { Source } from '../../../source/source.ts';
import type { SentAttachments } from '../message/sent-attachments.ts';
import type { SentHeader, SoapCall } from '../model/call.ts';
import type { Types } from '../model/fields.ts';
import type { SoapVersion } from '../qname.ts';
import { encodeHeader } from './encode.ts';
import { filledHeader, type HeaderTemplate, headerTemplate, isConstant, unwrapped } from './header-template.ts';
import type { Marks } from './tags.ts';

/** One block as it is sent: the same text each time, or made for each request. */
type Block = string | ((args: Args, context: CallContext, attachments: SentAttachments | undefined) => string);
type Args = Readonly<Record<string, unknown>>;

/** Writes the header blocks of a call's messages. What does not depend on the request is written once. */
export class SentBlocks {
  readonly #types: Types;
  readonly #source: Source;
  readonly #blocks = new Map<SoapCall, readonly Block[]>();

  constructor(types: Types, source: Source) {
    this.#types = types;
    this.#source = source;
  }

  /** Throws BAD_USER_INPUT where a request does not say what a block needs. */
  write(call: SoapCall, args: Args, context: CallContext, attachments: SentAttachments | undefined): string {
    if (!call.headers) return '';
    let blocks = this.#blocks.get(call);
    if (!blocks) {
      blocks = call.headers.map(header => this.#block(header, call.version));
      this.#blocks.set(call, blocks);
    }
    return blocks.map(block => (typeof block === 'string' ? block : block(args, context, attachments))).join('');
  }

  #block(header: SentHeader, envelope: SoapVersion): Block {
    const { argument } = header;
    const templated = this.#templated(header, envelope);
    if (argument === undefined) return templated;
    return (args, context, attachments) => {
      const given = own(args, argument);
      if (given !== undefined && given !== null)
        return encodeHeader(this.#types, header, given, argument, { attachments });
      return typeof templated === 'string' ? templated : templated(args, context, attachments);
    };
  }

  #templated(header: SentHeader, envelope: SoapVersion): Block {
    const written = header.template === undefined ? undefined : this.#source.options.soapHeaders[header.template];
    if (written === undefined) return '';
    const template = headerTemplate(written);
    const value = unwrapped(this.#types, header, template.value);
    const write = (filled: unknown) =>
      filled === undefined
        ? ''
        : encodeHeader(this.#types, header, filled, header.local, { marks: marksOf(template, envelope) });
    if (isConstant(value)) return write(filledHeader(value, {}));
    return (_args, context) => {
      try {
        return write(filledHeader(value, context));
      } catch (error) {
        const message = `The request does not say what the source "${this.#source.name}" must be told of it.`;
        throw new GatewayError('BAD_USER_INPUT', message, { cause: error });
      }
    };
  }
}

function marksOf({ mustUnderstand, role }: HeaderTemplate, envelope: SoapVersion): Marks | undefined {
  if (!mustUnderstand && role === undefined) return undefined;
  return { envelope, mustUnderstand, ...(role === undefined ? {} : { role }) };
}
