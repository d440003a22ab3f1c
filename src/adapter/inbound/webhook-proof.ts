import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { InboundRequest } from '../../base/inbound.ts';
import type { WebhookHmac, WebhookOptions } from '../../source/webhooks.ts';

/** A request that proved who sent it. */
export interface Proved {
  /** Equal for equal events: what a repetition is told by. */
  readonly identity: string;
}

/** Is the request the backend's own, and of now? `now`: milliseconds since 1970. Undefined where it is not proved. */
export type WebhookCheck = (request: InboundRequest, now: number) => Proved | undefined;

/** The proof that is configured, ready to be asked. */
export function webhookCheck({ proof, tolerance }: WebhookOptions): WebhookCheck {
  if ('standard' in proof) return standardWebhooks(proof.standard.secret, tolerance);
  if ('stripe' in proof) return stripe(proof.stripe.secret, tolerance);
  if ('hmac' in proof) return hmac(proof.hmac, tolerance);
  return sharedSecret(proof.sharedSecret.header, proof.sharedSecret.value);
}

/** Standard Webhooks 1.0.0, "Signature scheme": several signatures stand in the header while a secret is rotated. */
function standardWebhooks(secret: string, tolerance: number): WebhookCheck {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return ({ headers, body }, now) => {
    const id = headers['webhook-id'];
    const timestamp = headers['webhook-timestamp'];
    const written = headers['webhook-signature'];
    if (!id || !timestamp || !written || !isOfNow(timestamp, now, tolerance)) return undefined;
    const expected = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest();
    const given = written.split(' ').flatMap(each => (each.startsWith('v1,') ? [each.slice('v1,'.length)] : []));
    return given.some(each => isEqual(Buffer.from(each, 'base64'), expected))
      ? { identity: digest(id).toString('base64') }
      : undefined;
  };
}

function stripe(secret: string, tolerance: number): WebhookCheck {
  return ({ headers, body }, now) => {
    const parts = (headers['stripe-signature'] ?? '').split(',').map(part => part.trim().split(/=(.*)/s, 2));
    const timestamp = parts.find(([name]) => name === 't')?.[1];
    if (!timestamp || !isOfNow(timestamp, now, tolerance)) return undefined;
    const expected = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest();
    const isSigned = parts.some(([name, value]) => name === 'v1' && isEqual(Buffer.from(value ?? '', 'hex'), expected));
    return isSigned ? { identity: expected.toString('base64') } : undefined;
  };
}

function hmac(options: WebhookHmac, tolerance: number): WebhookCheck {
  const { secret, header, prefix, algorithm, encoding, timestampHeader, signed } = options;
  return ({ headers, body }, now) => {
    const written = headers[header];
    const timestamp = timestampHeader === undefined ? undefined : (headers[timestampHeader] ?? '');
    if (!written?.startsWith(prefix)) return undefined;
    if (timestamp !== undefined && !isOfNow(timestamp, now, tolerance)) return undefined;
    const expected = createHmac(algorithm, secret)
      .update(beforeBody(signed, timestamp ?? ''))
      .update(body)
      .digest();
    if (!isEqual(Buffer.from(written.slice(prefix.length), encoding), expected)) return undefined;
    return { identity: expected.toString('base64') };
  };
}

function beforeBody(signed: WebhookHmac['signed'], timestamp: string): string {
  if (signed === 'body') return '';
  return signed === 'timestamp.body' ? `${timestamp}.` : `v0:${timestamp}:`;
}

/** Nothing is signed, so equal bodies are all that a repetition can be told by. */
function sharedSecret(header: string, value: string): WebhookCheck {
  const expected = digest(value);
  return ({ headers, body }) => {
    const given = headers[header];
    if (given === undefined || !timingSafeEqual(digest(given), expected)) return undefined;
    return { identity: digest(body).toString('base64') };
  };
}

/** The time is in whole seconds since 1970. */
function isOfNow(timestamp: string, now: number, tolerance: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(now - Number(timestamp) * 1000) <= tolerance;
}

function isEqual(given: Buffer, expected: Buffer): boolean {
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function digest(text: string | Buffer): Buffer {
  return createHash('sha256').update(text).digest();
}
