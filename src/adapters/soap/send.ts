import { randomUUID } from 'node:crypto';
import type { Blueprint, CallContext, CallItem, Outcome, Subschema } from '../../adapter/adapter.ts';
import { Turnstile } from '../../adapter/concurrency.ts';
import { HttpClient, type HttpResponse } from '../../adapter/http-client.ts';
import { NtlmClient } from '../../adapter/ntlm/ntlm-client.ts';
import { forwardsIdentity, outgoingHeaders } from '../../adapter/outgoing-headers.ts';
import { Recall } from '../../adapter/recall.ts';
import { Secrets } from '../../adapter/secrets.ts';
import { sendEach } from '../../adapter/send-each.ts';
import { type CallName, upstreamError } from '../../adapter/upstream-error.ts';
import type { XmlElement } from '../../adapter/xml/tree.ts';
import { GatewayError } from '../../base/error.ts';
import { isRecord } from '../../base/json.ts';
import { credentialQuery } from '../../source/credential.ts';
import type { Source } from '../../source/source.ts';
import { faultError, statusError } from './fault.ts';
import { addressingBlocks, addressingNamespace, repliesElsewhere } from './message/addressing.ts';
import { readEnvelope } from './message/envelope.ts';
import type { FaultExposure } from './message/exposed-fault.ts';
import { MessageSecurity, securityNamespace } from './message/message-security.ts';
import { SentAttachments } from './message/sent-attachments.ts';
import { actionHeaders, SoapShell, type Wrapping } from './message/soap-shell.ts';
import { notUnderstood } from './message/understood.ts';
import type { SoapCall } from './model/call.ts';
import { leavesWithin } from './model/fields.ts';
import type { Model } from './model/model.ts';
import { namespaceOf, type QName, qname } from './qname.ts';
import { Decoder, resultOf } from './read/decode.ts';
import type { Malformed } from './read/read.ts';
import { headersField } from './types/describe-results.ts';
import { attachValues } from './write/attached-values.ts';
import { encodeBody } from './write/encode.ts';
import { SentBlocks } from './write/sent-blocks.ts';

/** The operations of a blueprint against a running backend: one HTTP request for each item. */
export function connect(blueprint: Blueprint<SoapCall, Model>, source: Source): Subschema<SoapCall, Model> {
  const http = new HttpClient(source);
  const turnstile = new Turnstile(source.options.concurrency);
  const { credential } = source.options;
  const client = credential && 'ntlm' in credential ? new NtlmClient(http, source, credential.ntlm) : http;
  const asking = new Asking(blueprint.model, source, client);
  return {
    blueprint,
    selective: false,
    send: (call, batch, context) => sendEach(batch, context, turnstile, item => asking.ask(call, item, context)),
    close: () => http.close(),
  };
}

/** What is the same in every message of a call. */
interface Message extends Wrapping {
  readonly url: string;
}

/** What an answer is the answer to. */
interface Asked {
  readonly call: SoapCall;
  readonly name: CallName;
  /** Empty: it has none. */
  readonly messageId: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Is told of what the contract does not speak of. */
  readonly noted: (what: string) => void;
}

class Asking {
  readonly #model: Model;
  readonly #source: Source;
  readonly #http: Pick<HttpClient, 'request'>;
  readonly #shell = new SoapShell();
  readonly #decoder: Decoder;
  readonly #blocks: SentBlocks;
  #secured: Promise<MessageSecurity> | undefined;
  readonly #recalled = new Recall();
  readonly #messages = new Map<SoapCall, Promise<Message>>();

  constructor(model: Model, source: Source, http: Pick<HttpClient, 'request'>) {
    this.#model = model;
    this.#source = source;
    this.#http = http;
    this.#decoder = new Decoder(model.types);
    this.#blocks = new SentBlocks(model.types, source);
  }

  async ask(call: SoapCall, item: CallItem, context: CallContext): Promise<Outcome> {
    const name: CallName = { source: this.#source.name, operation: call.operation };
    const { mtom } = this.#source.options;
    const attachments = mtom || call.attaches ? new SentAttachments(mtom) : undefined;
    const body = encodeBody(this.#model.types, call.input, item.args, attachments);
    if (attachments && call.input.attached)
      attachValues(this.#model.types, call.input.attached, item.args, attachments);
    const messageId = call.addressing ? `urn:uuid:${randomUUID()}` : '';
    const addresses = call.addressing
      ? addressingBlocks(call.addressing, this.#address(call), messageId, !call.output)
      : '';
    const blocks = addresses + this.#blocks.write(call, item.args, context, attachments);
    const { url, head, withBlocks, tail, headers } = await this.#message(call, name);
    const all = {
      accept: 'text/xml, application/soap+xml, multipart/related',
      ...outgoingHeaders(this.#source, context),
      ...headers,
    };
    const securing = this.#security();
    const security = securing && (await securing);
    const header = (security?.block() ?? '') + blocks;
    const start = header === '' ? head : withBlocks.head + header + withBlocks.middle;
    const written = start + body + tail;
    const message = security ? security.finish(written, call.addressing) : written;
    const related = attachments?.isNeeded
      ? await attachments.related(message, call.version, call.soapAction)
      : undefined;
    const request = related
      ? { method: 'POST', url, headers: { ...all, 'content-type': related.contentType }, body: related.body }
      : { method: 'POST', url, headers: all, body: message };
    const response = await this.#http.request(request, name, context);
    const noted = (what: string) => context.unexpected?.({ ...name, what });
    const asked: Asked = { call, name, messageId, url, headers: all, noted };
    // An answer that says what it replies to is never the same twice.
    const value =
      context.onlyReads && !call.addressing
        ? this.#recall(asked, response, body)
        : this.#read(asked, response, () => {});
    return value instanceof GatewayError ? { fault: value } : { value };
  }

  /** Undefined where messages are not secured. */
  #security(): Promise<MessageSecurity> | undefined {
    const { credential } = this.#source.options;
    if (!credential || !('wsse' in credential)) return undefined;
    this.#secured ??= MessageSecurity.load(credential.wsse);
    return this.#secured;
  }

  #message(call: SoapCall, name: CallName): Promise<Message> {
    const known = this.#messages.get(call);
    if (known) return known;
    const url = this.#endpoint(call, name);
    const message = this.#shell.wrapping(call.version).then(wrapping => {
      const headers = { ...wrapping.headers, ...actionHeaders(call.version, call.soapAction) };
      return { ...wrapping, url, headers };
    });
    this.#messages.set(call, message);
    return message;
  }

  #recall(asked: Asked, response: HttpResponse, sent: string): unknown {
    const key = `${asked.call.operation} ${response.status} ${response.headers['content-type']} ${sent}`;
    return this.#recalled.read(key, response.body, faulty => this.#read(asked, response, faulty));
  }

  /** `faulty` is told of each part that breaks the contract. */
  #read(asked: Asked, response: HttpResponse, faulty: () => void): unknown {
    const { call, name, messageId, noted } = asked;
    const { status, headers, body } = response;
    const forwards = forwardsIdentity(this.#source);
    const succeeded = status >= 200 && status < 300;
    if (succeeded && body.length === 0 && (!call.output || call.output.shape === 'empty')) return true;
    const malformed = (reason: string) => {
      faulty();
      return upstreamError('UPSTREAM_MALFORMED', name, { cause: { reason } });
    };
    const strangers: string[] = [];
    const telling: Malformed = Object.assign((reason: string) => malformed(reason), {
      unexpected: (what: string) => void strangers.push(what),
    });
    const awaited = succeeded ? this.#decoder.awaited(call) : undefined;
    const envelope = readEnvelope(body, headers['content-type'], awaited && { awaited, malformed: telling });
    if (envelope.kind === 'fault') {
      const { fault, version, header } = envelope;
      return faultError(fault, version, status, name, forwards, { header, exposure: this.#exposure(asked) });
    }
    if (envelope.kind === 'none') return statusError(response, envelope.reason, name, forwards);
    if (!succeeded)
      return statusError(response, 'An answer that is no fault came with a status of failure.', name, forwards);
    if (call.addressing && repliesElsewhere(envelope.header, call.addressing, messageId))
      return malformed('It is the reply to another message.');
    const strange = notUnderstood(envelope.header, envelope.version, block => this.#isKnown(call, block));
    if (strange !== undefined) return malformed(`The header block ${strange} must be understood, and is not.`);
    if (!call.output) return true;
    const result = envelope.value
      ? resultOf(call.output, envelope.value.of)
      : this.#decoder.body(call.output, envelope.body, call.style, telling, envelope.attachments);
    // What is not declared is told each time: such an answer is not recalled.
    if (strangers.length > 0) faulty();
    for (const what of strangers) noted(what);
    const value = call.envelope === undefined ? result : { __typename: call.envelope, value: result };
    if (call.answerHeaders !== undefined && isRecord(value) && !(value instanceof Error))
      (value as Record<string, unknown>)[headersField] = this.#decoder.header(
        call.answerHeaders,
        envelope.header,
        malformed,
      ); // made for this answer
    return value;
  }

  /** Undefined where nothing of faults is exposed. */
  #exposure({ call, url, headers }: Asked): FaultExposure | undefined {
    const { exposeErrors, credential } = this.#source.options;
    if (exposeErrors === 'NONE') return undefined;
    const account =
      credential && ('wsse' in credential ? credential.wsse : 'ntlm' in credential ? credential.ntlm : undefined);
    const others = [account?.username, account?.password].filter(text => text !== undefined);
    const secrets = new Secrets({ url, headers, query: new URL(url).search, others });
    const malformed = (reason: string) => new GatewayError('UPSTREAM_MALFORMED', reason);
    const read = (entry: XmlElement) => {
      const declared = call.faults?.find(one => one.local === entry.local && one.namespace === entry.namespace);
      return declared && { name: declared.local, value: this.#decoder.entry(declared, entry, malformed) };
    };
    return exposeErrors === 'BODY' ? { secrets, read } : { secrets };
  }

  /** Declared blocks can be asked for: whoever must understand them does. */
  #isKnown({ answerHeaders, addressing }: SoapCall, block: QName): boolean {
    const { credential } = this.#source.options;
    // Who secures messages gets secured answers; what stands in the block is not verified.
    if (credential && 'wsse' in credential && namespaceOf(block) === securityNamespace) return true;
    if (addressing && namespaceOf(block) === addressingNamespace[addressing.version]) return true;
    const type = answerHeaders === undefined ? undefined : this.#model.types[answerHeaders];
    if (type?.kind !== 'complex') return false;
    return leavesWithin(this.#model.types, type).some(
      leaf => leaf.kind === 'element' && qname(leaf.namespace, leaf.local) === block,
    );
  }

  /** Where the operation is, without what signs in to it. */
  #address(call: SoapCall): string {
    return this.#source.endpoint ?? call.endpoint ?? '';
  }

  #endpoint(call: SoapCall, name: CallName): string {
    const endpoint = this.#address(call);
    if (!/^https?:/i.test(endpoint) || !URL.canParse(endpoint)) {
      throw upstreamError('UPSTREAM_UNREACHABLE', name, {
        cause: { reason: 'Neither the configuration nor the WSDL says where it is.' },
      });
    }
    const url = new URL(endpoint);
    const key = credentialQuery(this.#source.options.credential);
    if (key) url.searchParams.append(...key);
    url.hash = '';
    return url.href;
  }
}
