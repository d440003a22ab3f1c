import { attribute, childrenNamed, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { escapeText } from '../../../adapter/xml/xml-writer.ts';
import type { Addressing } from '../model/call.ts';

/** WS-Addressing 1.0 (2005/08), and the submission that many still speak (2004/08). */
export const addressingNamespace = {
  '2005/08': 'http://www.w3.org/2005/08/addressing',
  '2004/08': 'http://schemas.xmlsoap.org/ws/2004/08/addressing',
} as const;

/** Answers come back on the connection of the request. */
const anonymous = {
  '2005/08': `${addressingNamespace['2005/08']}/anonymous`,
  '2004/08': `${addressingNamespace['2004/08']}/role/anonymous`,
} as const;

/** The blocks of a request (WS-Addressing 1.0 Core, 3.3 and 3.4). `id`: an absolute IRI, of this message alone. */
export function addressingBlocks({ version, action }: Addressing, to: string, id: string, isOneWay: boolean): string {
  const block = (local: string, content: string) =>
    `<wsa:${local} xmlns:wsa="${addressingNamespace[version]}">${content}</wsa:${local}>`;
  const replyTo = isOneWay ? '' : block('ReplyTo', `<wsa:Address>${anonymous[version]}</wsa:Address>`);
  return `${block('Action', escapeText(action))}${block('MessageID', escapeText(id))}${block('To', escapeText(to))}${replyTo}`;
}

/** Does an answer say that it is the reply to another message than this (WS-Addressing 1.0 Core, 3.4)? */
export function repliesElsewhere(header: XmlElement | undefined, { version }: Addressing, id: string): boolean {
  const namespace = addressingNamespace[version];
  const relations = header ? childrenNamed(header, namespace, 'RelatesTo') : [];
  const replies = relations.filter(relation =>
    /(^|\/|:)reply$/i.test(attribute(relation, 'RelationshipType') ?? 'reply'),
  );
  return replies.length > 0 && !replies.some(relation => textOf(relation).trim() === id);
}
