import type { z } from 'zod';
import { isRecord, own } from '../base/json.ts';
import type { ConfigTree, KeyPath } from './config-tree.ts';
import { Substituted } from './substitution.ts';

/** Says in the operator's words what the shape found wrong with the value at `base`. */
export function reportIssues(tree: ConfigTree, base: KeyPath, issues: readonly z.core.$ZodIssue[]): void {
  for (const issue of issues) reportIssue(tree, [...base, ...(issue.path as KeyPath)], issue); // a file's keys are no symbols
}

function reportIssue(tree: ConfigTree, path: KeyPath, issue: z.core.$ZodIssue): void {
  switch (issue.code) {
    case 'unrecognized_keys': {
      const suggestions = issue.message.split('\n');
      for (const [index, key] of issue.keys.entries()) reportUnknown(tree, path, key, suggestions[index] ?? '');
      return;
    }
    case 'invalid_union': {
      const deeper = issue.errors.find(errors => errors.every(isWithin));
      if (deeper) reportIssues(tree, path, deeper);
      else reportValue(tree, path, issue.errors.map(errors => errors[0]?.message).join(', or '));
      return;
    }
    case 'invalid_key':
      tree.wrong(path, `"${path.at(-1)}" is not ${issue.issues[0]?.message}.`);
      return;
    default:
      reportValue(tree, path, issue.message);
  }
}

/** Does the issue lie inside the value, whose own kind is right? */
function isWithin(issue: z.core.$ZodIssue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys';
}

function reportValue(tree: ConfigTree, path: KeyPath, expected: string): void {
  const key = String(path.at(-1) ?? 'The configuration');
  const value = valueAt(tree, path);
  if (value === undefined) {
    tree.missing(path.slice(0, -1), key, `"${key}" is missing; it must be ${expected}.`);
    return;
  }
  const name = typeof path.at(-1) === 'number' ? `Entry ${Number(key) + 1} of "${path.at(-2)}"` : `"${key}"`;
  const isSource = path.length === 2 && path[0] === 'sources';
  const hint = isSource ? 'a source has its options below its name: are they indented more than it?' : undefined;
  tree.wrong(path, `${name} must be ${expected}${found(path, value)}.`, hint);
}

function valueAt(tree: ConfigTree, path: KeyPath): unknown {
  return path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isRecord(value) ? own(value, String(key)) : undefined;
  }, tree.value);
}

/** What stands there instead, unless it might be a secret. */
function found(path: KeyPath, value: unknown): string {
  if (path.some(key => secretive.has(key))) return '';
  if (value === null) return ', but has no value';
  if (value instanceof Substituted) return `, but ${value.written} gives something else`;
  if (Array.isArray(value)) return ', but is a list';
  if (typeof value === 'object') return ', but is a map';
  const text = JSON.stringify(value);
  return `, but is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

const secretive: ReadonlySet<string | number> = new Set([
  'credential',
  'credentials',
  'documentCredential',
  'headers',
  'soapHeaders',
  'endpoint',
  'document',
  'secret',
  'clientSecret',
  'sharedSecret',
  'sha256', // a key itself may stand there by mistake
  'redis',
]);

function reportUnknown(tree: ConfigTree, path: KeyPath, key: string, suggestion: string): void {
  const later = laterIn(path)?.get(key);
  if (later === undefined) {
    tree.unknown(
      [...path, key],
      `"${key}" is not known here.${suggestion}`,
      suggestion === '' ? 'remove it' : undefined,
    );
    return;
  }
  tree.unknown([...path, key], `"${key}" is not supported yet.`, later);
}

/** Keys that are to come. Until then they are refused: what is not done must not look done. */
const laterKeys: ReadonlyMap<string, string> = new Map([['registry', 'remove it: sources are those of this file']]);
const laterCredentials: ReadonlyMap<string, string> = new Map([
  ['ntlm', 'NTLM signs in to a connection, for SOAP sources alone: use basic over https, or a proxy that signs in'],
  ['forward', 'use passThrough, or name the header in the source\'s "forward:"'],
]);
const laterDocumentCredentials: ReadonlyMap<string, string> = new Map(
  ['oauth2', 'openIdConnect', 'tokenExchange', 'passThrough', 'signedPrincipal', 'wsse', 'ntlm'].map(kind => [
    kind,
    'use bearer, basic or apiKey',
  ]),
);

function laterIn(path: KeyPath): ReadonlyMap<string, string> | undefined {
  if (path.length === 0) return laterKeys;
  if (path.at(-1) === 'documentCredential') return laterDocumentCredentials;
  return path.at(-1) === 'credential' || path.at(-2) === 'credentials' ? laterCredentials : undefined;
}
