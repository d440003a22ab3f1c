import { type Responder, responderOf } from './direct-response.ts';
import { type Rewording, rewordingOf } from './own-words.ts';
import type { ResponsesOptions } from './responses-options.ts';

/** What doors need of the configuration's responses: for what never becomes an operation. */
export interface DoorResponses {
  readonly reword: Rewording;
  /** The answer to a path by a rule that names it. */
  readonly direct: Responder;
}

export function doorResponses({ codes, direct }: ResponsesOptions): DoorResponses {
  const ofPaths = direct.filter(({ when }) => when.path && !when.operation && !when.client);
  return {
    reword: rewordingOf(codes) ?? (done => done),
    direct: responderOf(ofPaths) ?? (() => undefined),
  };
}
