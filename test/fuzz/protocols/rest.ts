import { type CaseAnswers, FieldFailure, Row } from '../answers.ts';
import type { HttpDeed, HttpQuestion, HttpReply } from '../backends.ts';
import type { SourceModel } from '../model.ts';

const statuses = [400, 401, 403, 404, 409, 422, 429, 500, 503] as const;

export function restAnswer(source: SourceModel, { url, body }: HttpQuestion, answers: CaseAnswers): HttpDeed {
  const [name = '', id] = url.pathname.slice(1).split('/');
  const call = source.calls.find(candidate => candidate.name === name);
  if (!call) return { delay: 0, reply: { status: 404, type: 'text/plain', body: 'no such path' } };
  const asked = id === undefined ? askedBy(url, body) : [decodeURIComponent(id)];
  const { manner, nth, delay, value } = answers.reply(source, call, asked);
  if (manner === 'reset' || manner === 'hang') return { delay, reply: manner };
  const reply: Readonly<Record<'fine' | 'status' | 'garbage' | 'empty', () => HttpReply>> = {
    fine: () => (value === null ? json(404, { error: 'unknown' }) : json(200, plain(value, source))),
    status: () => json(statuses[nth % statuses.length]!, { error: 'it failed' }),
    garbage: () => ({ status: 200, type: nth % 2 === 0 ? 'application/json' : 'text/html', body: '<p>not JSON' }),
    empty: () => (nth % 2 === 0 ? { status: 200, type: 'application/json', body: '' } : json(200, null)),
  };
  return { delay, reply: reply[manner]() };
}

function askedBy(url: URL, body: string): string[] {
  if (body === '') return url.searchParams.getAll('ids');
  const { id } = JSON.parse(body) as { id?: unknown };
  return [String(id)];
}

function json(status: number, value: unknown): HttpReply {
  return { status, type: 'application/json', body: JSON.stringify(value) };
}

function plain(value: unknown, source: SourceModel): unknown {
  if (value instanceof FieldFailure) return null;
  if (Array.isArray(value)) return value.map(item => plain(item, source));
  if (!(value instanceof Row)) return value;
  const object: Record<string, unknown> = {};
  if (source.abstract.members.includes(value.type) || value.type === 'Nothing') object['kind'] = value.type;
  for (const [name, field] of value.fields) object[name] = plain(field, source);
  return object;
}
