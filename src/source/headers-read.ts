import { isRecord } from '../base/json.ts';
import { isReference, readReference } from '../base/reference.ts';
import type { Source } from './source.ts';

/** Names of the client's headers, in lower case, whose values reach the source's backend. */
export function headersRead({ options: { forward, headers, soapHeaders } }: Source): readonly string[] {
  return [...forward, ...namesIn(headers), ...namesIn(soapHeaders)];
}

function namesIn(template: unknown): readonly string[] {
  if (isReference(template)) {
    const reference = readReference(template);
    return reference?.kind === 'header' ? [reference.name] : [];
  }
  if (Array.isArray(template)) return template.flatMap(namesIn);
  return isRecord(template) ? Object.values(template).flatMap(namesIn) : [];
}
