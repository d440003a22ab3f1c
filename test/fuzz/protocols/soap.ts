import { SaxesParser } from 'saxes';
import { type CaseAnswers, FieldFailure, Row } from '../answers.ts';
import type { HttpDeed, HttpQuestion, HttpReply } from '../backends.ts';
import { namespaceOf } from '../documents/soap.ts';
import type { SourceModel } from '../model.ts';

const statuses = [403, 404, 429, 503] as const;

export function soapAnswer(source: SourceModel, { body }: HttpQuestion, answers: CaseAnswers): HttpDeed {
  const { operation, asked } = questionIn(body);
  const call = source.calls.find(({ name }) => name === operation);
  if (!call) return { delay: 0, reply: { status: 404, type: 'text/plain', body: 'no such operation' } };
  const { manner, nth, delay, value } = answers.reply(source, call, asked);
  if (manner === 'reset' || manner === 'hang') return { delay, reply: manner };
  const answered = (content: string) =>
    xml(200, envelope(`<${operation}Response xmlns="${namespaceOf(source)}">${content}</${operation}Response>`));
  const reply: Readonly<Record<'fine' | 'status' | 'garbage' | 'empty', () => HttpReply>> = {
    fine: () =>
      answered(
        Array.isArray(value)
          ? value.map(item => element('item', item, source)).join('')
          : element('item', value, source),
      ),
    status: () =>
      nth % 3 === 0 ? xml(statuses[nth % statuses.length]!, '<p/>') : fault(nth % 3 === 1 ? 'Client' : 'Server'),
    garbage: () => xml(200, nth % 2 === 0 ? '<unclosed' : '<p>not an envelope</p>'),
    empty: () => (nth % 2 === 0 ? xml(200, envelope('')) : answered('')),
  };
  return { delay, reply: reply[manner]() };
}

/** The element in the body, and the texts in the elements that say what is asked for. */
function questionIn(body: string): { operation: string; asked: string[] } {
  const path: string[] = [];
  const asked: string[] = [];
  let operation = '';
  let text = '';
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', tag => {
    path.push(tag.local);
    if (path.length === 3) operation = tag.local;
    text = '';
  });
  parser.on('text', piece => {
    text += piece;
  });
  parser.on('closetag', () => {
    const local = path.pop();
    if (local === 'ids' || local === 'id') asked.push(text);
  });
  parser.write(body).close();
  return { operation, asked };
}

function xml(status: number, body: string): HttpReply {
  return { status, type: 'text/xml; charset=utf-8', body };
}

function envelope(body: string): string {
  return `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"><s:Body>${body}</s:Body></s:Envelope>`;
}

function fault(code: string): HttpReply {
  return xml(500, envelope(`<s:Fault><faultcode>s:${code}</faultcode><faultstring>it failed</faultstring></s:Fault>`));
}

/** Nothing for null in a list's place would lose the place: it is nil. */
function element(name: string, value: unknown, source: SourceModel): string {
  if (value === null || value instanceof FieldFailure) return `<${name} i:nil="true"/>`;
  if (Array.isArray(value)) return value.map(item => element(name, item, source)).join('');
  if (!(value instanceof Row))
    return `<${name}>${typeof value === 'object' ? '<x>1</x>' : escaped(String(value))}</${name}>`;
  const isMember = source.abstract.members.includes(value.type) || value.type === 'Nothing';
  const fields = [...value.fields];
  // What a type inherits stands first.
  if (isMember) fields.sort(([one], [other]) => Number(other === 'label') - Number(one === 'label'));
  const type = isMember ? ` xmlns:t="${namespaceOf(source)}" i:type="t:${value.type}"` : '';
  return `<${name}${type}>${fields.map(([field, inner]) => element(field, inner, source)).join('')}</${name}>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>\r]/g, character => `&#${character.charCodeAt(0)};`);
}
