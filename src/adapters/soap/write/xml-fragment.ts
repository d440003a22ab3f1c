import { readXml } from '../../../adapter/xml/read-xml.ts';
import { writeXml } from '../../../adapter/xml/xml-writer.ts';
import type { Wildcard } from '../model/model.ts';
import { standsFor } from '../model/wildcard.ts';
import { qname } from '../qname.ts';
import { answerLimits } from '../xml-conventions.ts';
import { refused } from './given-values.ts';

/** XML that a client gives: exactly one element, read and written again, so that it cannot end what is around it. */
export function fragment(
  value: unknown,
  path: string,
  place: Wildcard | { readonly namespace: string; readonly local: string },
): string {
  const reading = typeof value === 'string' ? readXml(value, answerLimits) : undefined;
  if (!reading?.ok) throw refused(path, 'one well-formed XML element is required');
  const { root } = reading;
  if ('local' in place) {
    if (root.local !== place.local || root.namespace !== place.namespace)
      throw refused(path, `the element ${qname(place.namespace, place.local)} is required`);
  } else if (!standsFor(place, root.namespace)) throw refused(path, 'an element of its namespace may not stand there');
  return writeXml(root);
}
