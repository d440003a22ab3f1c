import { type Answer, canonical, type Exchange, type Received } from './exchange.ts';

/** Keeps count of the exchanges of a case: each is used once, in any order, and there are no others. */
export class Ledger {
  readonly #unused: Set<Exchange>;
  readonly unexpected: string[] = [];

  constructor(exchanges: readonly Exchange[]) {
    this.#unused = new Set(exchanges);
  }

  /** The answer to a request, or undefined where the spec does not list it (any more). */
  answerTo(source: string, received: Received): Answer | undefined {
    const candidates = [...this.#unused].filter(exchange => exchange.source === source);
    for (const exchange of candidates) {
      if (exchange.request !== canonical(exchange.notation, received) || !carries(received, exchange.headers)) continue;
      this.#unused.delete(exchange);
      return exchange.answer;
    }
    const notation = candidates[0]?.notation ?? 'http';
    const listed = new Set(candidates.flatMap(({ headers }) => Object.keys(headers)));
    const headers = [...listed].map(name => `\n${name}: ${received.headers[name] ?? '(absent)'}`).join('');
    this.unexpected.push(`${source} was asked: ${canonical(notation, received)}${headers}`);
    return undefined;
  }

  get unused(): string[] {
    return [...this.#unused].map(({ source, request, line }) => `${source} was not asked (line ${line}): ${request}`);
  }
}

function carries({ headers }: Received, expected: Readonly<Record<string, string>>): boolean {
  return Object.entries(expected).every(([name, value]) => headers[name] === value);
}
