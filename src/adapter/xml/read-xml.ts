import { parseXml, type XmlLimits } from './parse-xml.ts';
import type { XmlElement } from './tree.ts';
import { TreeBuilder } from './tree-builder.ts';

/** What a backend's answer may look like (edge.md U7). */
export const answerLimits: XmlLimits = { depth: 256, nodes: 200_000, attributes: 64, doctype: false, unbound: false };

type XmlReading =
  | { readonly ok: true; readonly root: XmlElement; readonly unboundPrefixes: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** Reads a whole document into a tree; `parseXml` says what is read. */
export function readXml(text: string, limits: XmlLimits): XmlReading {
  const builder = new TreeBuilder();
  const parsed = parseXml(text, limits, builder);
  if (!parsed.ok) return parsed;
  if (!builder.root) return { ok: false, problem: 'there is no element.' };
  return { ok: true, root: builder.root, unboundPrefixes: parsed.unboundPrefixes };
}
