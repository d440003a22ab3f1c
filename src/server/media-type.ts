export type AnswerType = 'application/graphql-response+json' | 'application/json';

/**
 * The media type of the answer that the client likes best; undefined where it takes none of ours. GraphQL over HTTP, 4.3 and 6.1: where
 * the client does not choose, `application/json`.
 */
export function answerType(accept: string | undefined): AnswerType | undefined {
  if (accept === undefined || accept === '*/*' || accept.trim() === '') return 'application/json';
  let best: { type: AnswerType; quality: number } | undefined;
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
    const type = offered(name);
    const quality = qualityOf(parameters);
    if (type && takesUtf8(parameters) && quality > (best?.quality ?? 0)) best = { type, quality };
  }
  return best?.type;
}

/** How a client that can read server-sent events wants to be answered. */
export interface EventWish {
  /** Nothing but a stream will do, or it is liked better than every other answer. */
  readonly only: boolean;
}

/** Undefined where the client has not named event streams: a range that covers them is no wish. */
export function eventWish(accept: string | undefined): EventWish | undefined {
  if (accept === undefined || !accept.includes('event-stream')) return undefined;
  let events = 0;
  let others = 0;
  for (const range of accept.split(',')) {
    const [name = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase());
    const quality = qualityOf(parameters);
    if (name === 'text/event-stream') events = Math.max(events, quality);
    else if (offered(name) && takesUtf8(parameters)) others = Math.max(others, quality);
  }
  return events > 0 ? { only: events > others } : undefined;
}

/** RFC 9110, 8.3.1: names are compared without regard to case. The body must be JSON in UTF-8 (RFC 8259, 8.1). */
export function isJson(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  const [name = '', ...parameters] = contentType.split(';').map(part => part.trim().toLowerCase());
  return name === 'application/json' && takesUtf8(parameters);
}

/** RFC 7578: how an operation comes that brings files. */
export function isFormData(contentType: string): boolean {
  return contentType.split(';', 1)[0]!.trim().toLowerCase() === 'multipart/form-data';
}

function offered(range: string): AnswerType | undefined {
  if (range === 'application/graphql-response+json') return range;
  return range === 'application/json' || range === 'application/*' || range === '*/*' ? 'application/json' : undefined;
}

/** RFC 9110, 12.4.2. */
function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.find(parameter => parameter.startsWith('q='));
  return weight === undefined ? 1 : Number(weight.slice(2)) || 0;
}

function takesUtf8(parameters: readonly string[]): boolean {
  const charset = parameters.find(parameter => parameter.startsWith('charset='));
  return charset === undefined || /^charset="?utf-?8"?$/.test(charset);
}
