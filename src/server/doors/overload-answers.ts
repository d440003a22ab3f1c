import type { IncomingMessage, ServerResponse } from 'node:http';
import { overloaded } from '../../edge/gates/admission.ts';
import type { DoorResponses } from '../../edge/responses/door-responses.ts';
import { type Answer, answerOf, writePlainAnswer } from '../answer.ts';
import { type DoorOptions, inOwnWords } from './door.ts';

/** Milliseconds between two lines in the log. */
const interval = 1_000;

/**
 * The answers to those who are refused while the gateway is overloaded. What a refusal costs is lost to those who were let in, so the answer is made
 * once for all, and the log has a line for the first and then one a second with how many there were; each is counted.
 */
export class OverloadAnswers {
  readonly #options: Pick<DoorOptions, 'log' | 'counters' | 'responses'>;
  readonly #made = new Map<string | undefined, Answer>();
  #words: DoorResponses | undefined;
  #unsaid = 0;
  #quiet: NodeJS.Timeout | undefined;

  constructor(options: Pick<DoorOptions, 'log' | 'counters' | 'responses'>) {
    this.#options = options;
  }

  /** `last`: the connection is not kept. */
  write(request: IncomingMessage, response: ServerResponse, id: string, last: boolean): void {
    const answer = this.#answer(request.headers.accept);
    this.#options.counters?.count('rejected', 'OVERLOADED');
    if (this.#quiet) this.#unsaid += 1;
    else {
      const { log } = this.#options;
      log.info({ requestId: id, method: request.method, status: answer.status, reason: 'overloaded' }, 'refused');
      this.#quiet = setTimeout(() => this.#say(), interval).unref();
    }
    writePlainAnswer(response, id, answer, last);
  }

  #say(): void {
    this.#quiet = undefined;
    if (this.#unsaid === 0) return;
    this.#options.log.warn({ refused: this.#unsaid }, 'overloaded');
    this.#unsaid = 0;
  }

  #answer(accept: string | undefined): Answer {
    const words = this.#options.responses?.();
    if (words !== this.#words) this.#made.clear();
    this.#words = words;
    const made = this.#made.get(accept);
    if (made) return made;
    const answer = answerOf(inOwnWords(overloaded, this.#options.responses), accept);
    if (this.#made.size < most) this.#made.set(accept, answer);
    return answer;
  }
}

/** So many `Accept` headers are remembered: a client can write many. */
const most = 16;
