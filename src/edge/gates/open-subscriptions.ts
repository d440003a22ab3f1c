import { anonymous, isAnonymous } from '../../base/principal.ts';
import { after } from '../after.ts';
import { isSubscription } from '../documents/is-subscription.ts';
import { refusal } from '../errors/refusal.ts';
import type { Gate, KnownRequest, OperationResult } from '../handler.ts';
import type { GateTools } from '../order.ts';
import { addressBucket } from '../rate-limits/address-bucket.ts';
import type { ResponseStream } from '../subscriptions/response-stream.ts';
import type { SubscriptionsOptions } from '../subscriptions/subscriptions-options.ts';

/**
 * Bounds how many subscriptions are open at once: of all, and of one client. A place is taken before the stream is opened. And asks from time
 * to time whether the caller still may have what he gets.
 */
export function openSubscriptions(
  { max, perClient, recheck }: SubscriptionsOptions,
  { subscriptions: open, report, stillMay }: Pick<GateTools, 'subscriptions' | 'report' | 'stillMay'>,
): Gate<KnownRequest> {
  const refuseMore = (request: KnownRequest, client: string): OperationResult | undefined => {
    if (open.closed) {
      const message = 'The gateway is about to stop; open the subscription again.';
      return refusal('OVERLOADED', message, { headers: { 'retry-after': '1' } });
    }
    if (open.count >= max) {
      const message = 'The gateway has as many subscriptions open as it can.';
      return report.tell({ limit: 'subscriptions', code: 'OVERLOADED', message }, request);
    }
    if (open.of(client) >= perClient) {
      const message = `More than ${perClient} subscriptions of one client are not opened at once.`;
      return report.tell({ limit: 'subscriptionsPerClient', code: 'RATE_LIMITED', message }, request);
    }
    return undefined;
  };
  return next => request => {
    if (request.streams !== true || !isSubscription(request)) return next(request);
    const client = clientOf(request);
    const refused = refuseMore(request, client);
    if (refused) return refused;
    const place = open.take(client);
    const giveBack = () => open.giveBack(place);
    const settled = (done: OperationResult) => {
      if (!done.stream) {
        giveBack();
        return done;
      }
      open.opened(done.stream, request.served);
      done.stream.whenEnded(giveBack);
      watch(done.stream, recheck, () => stillMay(request));
      return done;
    };
    try {
      const handled = next(request);
      if (handled instanceof Promise) handled.catch(giveBack);
      return after(handled, settled);
    } catch (error) {
      giveBack();
      throw error;
    }
  };
}

/** Whoever may not have it any more gets nothing more (edge.md, Z7). What cannot be found out is a no. */
function watch(stream: ResponseStream, milliseconds: number, mayStill: () => Promise<boolean>): void {
  const timer = setInterval(() => {
    const end = () => stream.end('unauthorized');
    mayStill().then(may => may || end(), end);
  }, milliseconds).unref();
  stream.whenEnded(() => clearInterval(timer));
}

function clientOf({ principal = anonymous, peer }: KnownRequest): string {
  if (!isAnonymous(principal)) return JSON.stringify([principal.via, principal.subject]);
  return JSON.stringify([addressBucket(peer?.address ?? '')]);
}
