import { openStream } from '../../adapter/open-stream.ts';
import { Stop } from '../../base/stop.ts';
import type { Plan, RootStep } from '../../plan/plan.ts';
import { argumentsOf, selectionOf, type Variables } from '../../plan/step-input.ts';
import { refusal } from '../errors/refusal.ts';
import type { Handled, KnownRequest, Lane, OperationResult } from '../handler.ts';
import { RequestCall } from '../request/request-call.ts';
import { tooLate } from '../request/timed-request.ts';
import { Subscription } from './subscription.ts';
import type { SubscriptionsOptions } from './subscriptions-options.ts';

/** Executes the operation's selection on one event. */
export type AnswerEvent = (event: unknown, call: RequestCall) => Handled;

interface SubscribeOptions extends Pick<SubscriptionsOptions, 'lifetime'> {
  /** Milliseconds that the answer to one event may take. */
  readonly deadline: number;
  readonly lane: Lane;
}

/**
 * Opens the stream of a subscription's root field (GraphQL October 2021, 6.2.3.1). Each event is answered in its turn, with what it links
 * to; the request's own time and signal are those of opening it, and not of the stream.
 */
export function subscribe(
  plan: Plan,
  variables: Variables,
  request: KnownRequest,
  answer: AnswerEvent,
  { lifetime, deadline, lane }: SubscribeOptions,
): OperationResult {
  const root = plan.steps.find((step): step is RootStep => step.kind === 'root');
  if (!root) {
    const message = 'The subscription selects nothing: its field is left out by @skip or @include, or may not be used.';
    return refusal('BAD_USER_INPUT', message);
  }
  const args = argumentsOf(root, variables, 'subscription');
  const selection = selectionOf(root, variables);
  const stop = new Stop();
  const { subschema } = root.origin.member;
  const call = new RequestCall(request, false, stop, Number.POSITIVE_INFINITY);
  const source = openStream(subschema, root.at, selection ? { args, selection } : { args }, call);
  const asksMore = plan.steps.length > 1;
  const stream = new Subscription({
    source,
    stop,
    answer: event =>
      asksMore
        ? withinTime(request, stop, deadline, timed => answer(event, timed))
        : answer(event, new RequestCall(request, true, new Stop())),
    lifetime,
    expires: request.principal?.expires,
  });
  return { result: {}, stream, status: 200, lane };
}

/** What an event links to is asked in the time that a request has, and not after the stream's end. */
async function withinTime(
  request: KnownRequest,
  stream: Stop,
  milliseconds: number,
  answer: (call: RequestCall) => Handled,
): Promise<OperationResult> {
  const stop = new Stop();
  const end = () => stop.abort(stream.reason);
  const timer = setTimeout(() => stop.abort(tooLate(milliseconds)), milliseconds);
  stream.addEventListener('abort', end);
  try {
    return await answer(new RequestCall(request, true, stop, performance.now() + milliseconds));
  } finally {
    clearTimeout(timer);
    stream.removeEventListener('abort', end);
  }
}
