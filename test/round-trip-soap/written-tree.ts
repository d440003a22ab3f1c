import { readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';
import { decodeText } from '../../src/source/decode-text.ts';

/** An element where it stands in a text. Read for the proof alone: nothing of the adapter's reading takes part in it. */
export interface Written {
  readonly uri: string;
  readonly local: string;
  /** Values of attributes without a namespace. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Prefixes in scope. */
  readonly scope: Readonly<Record<string, string>>;
  readonly children: Written[];
  readonly text: string;
  readonly start: number;
  /** Where its start tag ends. */
  opened: number;
  end: number;
}

export const xsd = 'http://www.w3.org/2001/XMLSchema';
export const wsdl = 'http://schemas.xmlsoap.org/wsdl/';

/** Prefixes that documents use without binding them. */
const customary: Readonly<Record<string, string>> = {
  xs: xsd,
  xsd,
  s: xsd,
  wsdl,
  soap: 'http://schemas.xmlsoap.org/wsdl/soap/',
  wsp: 'http://schemas.xmlsoap.org/ws/2004/09/policy',
};

export function readTree(file: string): Written | undefined {
  const text = decodeText(readFileSync(file));
  const parser = new SaxesParser({
    xmlns: true,
    resolvePrefix: (prefix: string) => customary[prefix] ?? `urn:unbound:${prefix}`,
  });
  const open: Written[] = [];
  let root: Written | undefined;
  parser.on('error', error => {
    throw error;
  });
  parser.on('opentag', tag => {
    const parent = open.at(-1);
    const attributes: Record<string, string> = {};
    for (const { prefix, local, value } of Object.values(tag.attributes)) if (prefix === '') attributes[local] = value;
    const element: Written = {
      uri: tag.uri.replace(/\/(1999|2000\/10)\/XMLSchema$/, '/2001/XMLSchema'),
      local: tag.local,
      attributes,
      scope: { ...parent?.scope, ...tag.ns },
      children: [],
      text,
      start: text.lastIndexOf('<', parser.position - 1),
      opened: parser.position,
      end: parser.position,
    };
    parent?.children.push(element);
    root ??= element;
    open.push(element);
  });
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed) closed.end = parser.position;
  });
  try {
    parser.write(text).close();
  } catch {
    return undefined;
  }
  return root;
}

export function childrenOf(element: Written, uri: string, local: string): Written[] {
  return element.children.filter(child => child.uri === uri && child.local === local);
}

/** `[namespace, local]` of a QName as it is written at an element. */
export function resolved(element: Written, name: string): readonly [string, string] {
  const [prefix, local] = name.includes(':') ? (name.split(':') as [string, string]) : ['', name]; // one colon at most
  return [element.scope[prefix] ?? customary[prefix] ?? '', local];
}

/** Every element below, itself first. */
export function* within(element: Written): Generator<Written> {
  yield element;
  for (const child of element.children) yield* within(child);
}
