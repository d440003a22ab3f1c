import type { ErrorObject } from 'ajv';
import { isRecord } from '../../../base/json.ts';
import { didYouMean } from '../../../base/suggestion.ts';
import { pointerTo } from '../document/document.ts';

/** One thing that the schema does not allow, and where it stands. */
export interface Finding {
  readonly pointer: string;
  readonly message: string;
}

/** What ajv says is wrong, without what only follows from that: each place and each reason once, in the order they were found. */
export function findingsOf(errors: readonly ErrorObject[], keywords: ReadonlySet<string>): readonly Finding[] {
  const findings = new Map<string, Finding>();
  const told = telling(errors);
  for (const error of told) {
    if (isAftermath(error, keywords, told)) continue;
    const finding = findingOf(error);
    findings.set(`${finding.pointer}\n${finding.message}`, finding);
  }
  return [...findings.values()];
}

/** What a document full of mistakes has is not sorted out to the last. */
const mostErrors = 4_000;

/** These only say that what they are made of is not as it should be. */
const composite: ReadonlySet<string> = new Set(['oneOf', 'anyOf', 'allOf', 'if', '$ref', 'propertyNames']);
const alternative: ReadonlySet<string> = new Set(['oneOf', 'anyOf']);

/** The errors that tell what is to be mended. Of alternatives, those of the one that was meant. */
function telling(all: readonly ErrorObject[]): ErrorObject[] {
  const errors = all.slice(0, mostErrors);
  const choices = errors.filter(({ keyword }) => alternative.has(keyword));
  const plain = errors.filter(({ keyword }) => !composite.has(keyword));
  const dropped = new Set<ErrorObject>();
  const silent: ErrorObject[] = [];
  for (const choice of choices.sort((a, b) => depthOf(b) - depthOf(a))) {
    const within = plain.filter(error => !dropped.has(error) && isWithin(error, choice));
    const meant = within.filter(error => !isRuledOut(error, choice, within));
    for (const error of within) if (!meant.includes(error)) dropped.add(error);
    if (meant.length === 0) silent.push(choice);
  }
  const kept = plain.filter(error => !dropped.has(error));
  return [...kept, ...silent.filter(choice => !kept.some(error => isWithin(error, choice)))];
}

/** Where something else is wrong, keywords that are right beside it count as unevaluated (JSON Schema 2020-12, 11.3). */
function isAftermath(error: ErrorObject, keywords: ReadonlySet<string>, told: readonly ErrorObject[]): boolean {
  const { keyword, params } = error;
  if (keyword !== 'unevaluatedProperties' || !keywords.has(params['unevaluatedProperty'])) return false;
  return told.some(other => other.keyword !== keyword && isWithin(other, error));
}

function depthOf({ instancePath }: ErrorObject): number {
  return instancePath.split('/').length;
}

function isWithin({ instancePath }: ErrorObject, outer: ErrorObject): boolean {
  return instancePath === outer.instancePath || instancePath.startsWith(`${outer.instancePath}/`);
}

/** Does the error belong to an alternative that was not meant: a reference, a type, or what another value of a tag stands for? */
function isRuledOut(error: ErrorObject, choice: ErrorObject, within: readonly ErrorObject[]): boolean {
  if (isOfReference(error)) return within.some(other => !isOfReference(other));
  const isHere = error.instancePath === choice.instancePath;
  if (isHere && error.keyword === 'type')
    return within.some(other => other.keyword !== 'type' && !isOfReference(other));
  const definition = definitionOf(error);
  return within.some(other => isTag(other, choice) && definitionOf(other) === definition);
}

function isOfReference({ keyword, schemaPath, params }: ErrorObject): boolean {
  return /\/(json)?reference\//i.test(schemaPath) || (keyword === 'required' && params['missingProperty'] === '$ref');
}

function isTag({ keyword, instancePath }: ErrorObject, choice: ErrorObject): boolean {
  const inside = instancePath.slice(choice.instancePath.length);
  return (keyword === 'enum' || keyword === 'const') && /^\/[^/]+$/.test(inside);
}

function definitionOf({ schemaPath }: ErrorObject): string {
  return /^#\/(?:definitions|\$defs)\/[^/]+/.exec(schemaPath)?.[0] ?? '';
}

function findingOf(error: ErrorObject): Finding {
  const { keyword, instancePath: pointer, params, data, parentSchema } = error;
  switch (keyword) {
    case 'required':
      return { pointer, message: `${quoted(params['missingProperty'])} is missing.` };
    case 'additionalProperties':
    case 'unevaluatedProperties': {
      const key = String(params['additionalProperty'] ?? params['unevaluatedProperty']);
      const known = didYouMean(key, keysOf(parentSchema?.['properties']));
      return { pointer: pointerTo(pointer, key), message: `${quoted(key)} is no keyword here.${known}` };
    }
    case 'type':
      return { pointer, message: `This is ${kindOf(data)}, and must be ${list([params['type']].flat())}.` };
    case 'enum': {
      const allowed: readonly unknown[] = params['allowedValues'];
      const meant = typeof data === 'string' ? didYouMean(data, allowed.filter(isText)) : '';
      return { pointer, message: `${quoted(data)} is none of ${allowed.map(quoted).join(', ')}.${meant}` };
    }
    case 'const':
      return { pointer, message: `${quoted(data)} must be ${quoted(params['allowedValue'])}.` };
    case 'pattern':
      return { pointer, message: `${quoted(data)} does not match ${params['pattern']}.` };
    case 'not':
      return { pointer, message: `What stands here excludes one another${excluded(parentSchema)}.` };
    case 'oneOf':
    case 'anyOf':
      return { pointer, message: 'This is nothing that may stand here.' };
    case 'false schema':
      return { pointer, message: 'Nothing may stand here.' };
    default:
      return { pointer, message: `This ${error.message ?? 'is not allowed'}.` };
  }
}

function excluded(schema: ErrorObject['parentSchema']): string {
  const not: unknown = schema?.['not'];
  const required = isRecord(not) ? not['required'] : undefined;
  return Array.isArray(required) ? `: ${required.map(quoted).join(' and ')}` : '';
}

function keysOf(value: unknown): string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}

function list(types: readonly unknown[]): string {
  return types
    .map(type => (type === 'object' ? 'a map' : type === 'array' ? 'a list' : `a ${String(type)}`))
    .join(' or ');
}

/** Not the whole of what may be long. */
function quoted(value: unknown): string {
  const text = JSON.stringify(typeof value === 'object' && value !== null ? kindOf(value) : value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
