import * as z from 'zod';
import { isRecord, type Json } from '../../base/json.ts';
import { defaultSourceOptions } from '../../source/source.ts';
import { boolean, mapOf, pattern } from '../leaves.ts';
import { Substituted } from '../substitution.ts';

const all = defaultSourceOptions;

/** `local`, or `{namespace}local`. */
const headerBlock = pattern(
  'the name of a header block, such as Session or {urn:crm}Session',
  /^(\{[^{}]*\})?[^\s{}:]+$/,
);

/** Any value of YAML. What came from the environment is data: no reference is ever read in it. */
const template = z.unknown().transform(templateOf);

function templateOf(value: unknown): Json {
  if (value instanceof Substituted) return value.text.startsWith('$') ? `$${value.text}` : value.text;
  if (Array.isArray(value)) return value.map(templateOf);
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, templateOf(each)]));
  return value as Json; // YAML has no other scalars, as the tree reads it
}

/** What only SOAP sources have. */
export const soapShape = {
  port: pattern('a text that is not empty', /\S/).exactOptional(),
  service: pattern('a text that is not empty', /\S/).exactOptional(),
  addressing: boolean.exactOptional(),
  mtom: boolean.default(all.mtom),
  soapHeaders: mapOf(headerBlock, template).prefault({}),
  headerArguments: z.array(headerBlock, 'a list of names of header blocks').default([...all.headerArguments]),
};
