import { wsdlDocuments } from '../corpus/corpus.ts';
import { type Peer, type Tour, tour } from './tour.ts';

interface ToursOptions {
  /** Documents, or operations in them, where the peer and we do not agree, and why. */
  readonly explained: readonly (readonly [what: RegExp, why: string])[];
  readonly lane?: 'plan' | 'reference';
  /** Which documents are asked. Default: all but node-soap's samples, which are read and written elsewhere. */
  readonly only?: RegExp;
}

/** The operations of each document that are asked. */
const mostOperations = 4;

/** Of every WSDL of the fixtures that the peer can read: what was found, and the misses that nothing explains. */
export async function tours(peer: Peer, { explained, lane = 'plan', only = /^(?!.*samples)/ }: ToursOptions) {
  const rows: Record<string, Omit<Tour, 'misses'>> = {};
  const unexplained: string[] = [];
  for (const { name, source } of await wsdlDocuments()) {
    const { document = '', options } = source;
    if (!only.test(name)) continue;
    const loaded = await fetch(`${peer.url}/load?wsdl=${encodeURIComponent(document)}`, { method: 'POST' });
    if (!loaded.ok) continue;
    const { misses, ...row } = await tour(document, { root: options.root ?? '', peer, lane, seed: 1, mostOperations });
    if (row.operations > 0) rows[name] = row;
    unexplained.push(
      ...misses.map(miss => `${name} ${miss}`).filter(miss => !explained.some(([what]) => what.test(miss))),
    );
  }
  return { rows, unexplained };
}

/** The rows as a file that a change of is read in a diff. */
export function countsText(rows: Readonly<Record<string, object>>): string {
  const lines = Object.entries(rows).map(([name, row]) => `${JSON.stringify(name)}: ${JSON.stringify(row)}`);
  return `{\n${lines.join(',\n')}\n}\n`;
}
