import type { Encoding } from '../model/call.ts';
import { encodingNamespace, type SoapVersion } from '../qname.ts';
import type { BoundMessage } from './wsdl.ts';

type EncodingOrReason = { readonly encoding?: Encoding } | { readonly reason: string };

/** The rules by which a message is encoded: none where its use is literal; those of the envelope's version where it names none. */
export function encodingOf(
  bound: Pick<BoundMessage, 'encoded' | 'encodingStyle'> | undefined,
  version: SoapVersion,
): EncodingOrReason {
  if (!bound?.encoded) return {};
  const named = bound.encodingStyle?.split(/\s+/).filter(uri => uri !== '') ?? [];
  if (named.length === 0) return { encoding: { rules: version, envelope: version } };
  for (const rules of ['1.1', '1.2'] as const) {
    const uri = withoutSlash(encodingNamespace[rules]);
    if (named.some(one => withoutSlash(one) === uri)) return { encoding: { rules, envelope: version } };
  }
  return { reason: `its messages are encoded by rules that are not known (${named.join(' ')})` };
}

function withoutSlash(uri: string): string {
  return uri.replace(/\/$/, '');
}
