import { SaxesParser } from 'saxes';

/**
 * XML as text that is equal where the documents mean the same: names and `xsi:type` values are `{namespace}local`, attributes are sorted,
 * namespace declarations and white space between elements are gone.
 */
export function canonicalXml(source: string): string {
  const parser = new SaxesParser({ xmlns: true });
  const lines: string[] = [];
  const open: { line: string; text: string; hasChildren: boolean }[] = [];
  const indent = () => '  '.repeat(open.length);
  const flush = () => {
    const parent = open.at(-1);
    if (!parent || parent.hasChildren) return;
    parent.hasChildren = true;
    lines.push(parent.line);
  };
  parser.on('error', error => {
    throw error;
  });
  parser.on('opentag', tag => {
    flush();
    const attributes = Object.values(tag.attributes)
      .filter(({ prefix, name }) => prefix !== 'xmlns' && name !== 'xmlns')
      .map(
        ({ uri, local, value }) =>
          `${clark(uri, local)}=${JSON.stringify(local === 'type' && uri === xsi ? resolved(value) : value)}`,
      )
      .sort();
    open.push({ line: indent() + [clark(tag.uri, tag.local), ...attributes].join(' '), text: '', hasChildren: false });
  });
  parser.on('text', text => {
    const current = open.at(-1);
    if (current) current.text += text;
  });
  parser.on('cdata', text => {
    const current = open.at(-1);
    if (current) current.text += text;
  });
  parser.on('closetag', () => {
    const { line, text, hasChildren } = open.pop()!;
    if (!hasChildren) lines.push(text === '' ? line : `${line} ${JSON.stringify(text)}`);
    else if (text.trim() !== '') lines.push(`${indent()}  ${JSON.stringify(text.trim())}`);
  });
  const resolved = (name: string) => {
    const [prefix, local] = name.includes(':') ? name.split(':') : ['', name];
    return clark(parser.resolve(prefix!) ?? '', local!);
  };
  parser.write(source).close();
  return lines.join('\n');
}

const xsi = 'http://www.w3.org/2001/XMLSchema-instance';

function clark(uri: string, local: string): string {
  return uri === '' ? local : `{${uri}}${local}`;
}
