import { adapters } from '../adapters/index.ts';
import { didYouMean } from '../base/suggestion.ts';
import type { Terminal } from './terminal.ts';

/** Is what `--protocol` names a protocol? If not, says so. */
export function isProtocol(protocol: string | undefined, terminal: Terminal): boolean {
  const known = Object.keys(adapters);
  if (protocol === undefined || known.includes(protocol)) return true;
  terminal.err(`error: "${protocol}" is no protocol.${didYouMean(protocol, known)} Protocols: ${known.join(', ')}.\n`);
  return false;
}
