import { SaxesParser, type SaxesTagNS } from 'saxes';

/** An XML element, read strictly: names are `{namespace}local`. */
export interface XmlElement {
  readonly name: string;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

/** The root element of a well-formed document; undefined for any other text. */
export function readXml(source: string): XmlElement | undefined {
  const open: Mutable[] = [{ name: '', children: [], text: '' }];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('error', error => {
    throw error;
  });
  parser.on('opentag', (tag: SaxesTagNS) => {
    const element: Mutable = { name: `{${tag.uri}}${tag.local}`, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => open.pop());
  parser.on('text', text => {
    const current = open.at(-1);
    if (current) current.text += text;
  });
  try {
    parser.write(source).close();
  } catch {
    return undefined;
  }
  return open[0]?.children[0];
}

interface Mutable extends XmlElement {
  readonly children: Mutable[];
  text: string;
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, character => `&#${character.charCodeAt(0)};`);
}
