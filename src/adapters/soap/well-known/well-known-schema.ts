import { readXml } from '../../../adapter/xml/read-xml.ts';
import type { LoadedSchema } from '../load.ts';
import { documentLimits } from '../xml-conventions.ts';
import { addressing, addressing2004 } from './addressing.ts';
import { encryption } from './encryption.ts';
import { envelope11, envelope12 } from './envelopes.ts';
import { baseFaults, baseNotification, notificationTopics, resource } from './notification.ts';
import { policy, policy2004 } from './policy.ts';
import { prefixes } from './schema-text.ts';
import { securityExtension, securityUtility } from './security.ts';
import { signature } from './signature.ts';
import { xml, xmlmime, xmlmime2004, xopInclude } from './xml.ts';

/**
 * The schemas that everybody's documents refer to and that are never fetched, by namespace: what the specifications declare, written down
 * without their comments.
 */
export const wellKnownSchemas: ReadonlyMap<string, string> = new Map([
  [prefixes.xml, xml],
  [prefixes.soap, envelope11],
  [prefixes.soap12, envelope12],
  [prefixes.wsa, addressing],
  [prefixes.wsa04, addressing2004],
  [prefixes.xmime, xmlmime],
  [prefixes.xmime04, xmlmime2004],
  [prefixes.xop, xopInclude],
  [prefixes.ds, signature],
  [prefixes.xenc, encryption],
  [prefixes.wsp04, policy2004],
  [prefixes.wsp, policy],
  [prefixes.wsse, securityExtension],
  [prefixes.wsu, securityUtility],
  [prefixes.wsnt, baseNotification],
  [prefixes.wstop, notificationTopics],
  [prefixes.bf, baseFaults],
  [prefixes.wsrf, resource],
]);

/** Those that were asked for. */
const read = new Map<string, LoadedSchema>();

/** The schema of a namespace that everybody knows; undefined for any other. */
export function wellKnownSchema(namespace: string): LoadedSchema | undefined {
  const known = read.get(namespace);
  const text = wellKnownSchemas.get(namespace);
  if (known || text === undefined) return known;
  const reading = readXml(text, documentLimits);
  if (!reading.ok) throw new TypeError(`The schema of ${namespace} is not well-formed: ${reading.problem}`);
  const schema = { address: namespace, root: reading.root, targetNamespace: namespace, chameleon: false };
  read.set(namespace, schema);
  return schema;
}
