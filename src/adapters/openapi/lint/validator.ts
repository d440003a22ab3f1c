import { readFile } from 'node:fs/promises';
import { Ajv2020, type AnySchemaObject, type ValidateFunction } from 'ajv/dist/2020.js';
import Ajv4 from 'ajv-draft-04';
import { packageUrl } from '../../../base/package-url.ts';
import type { OpenApiDocument } from '../document/document.ts';

type Version = OpenApiDocument['version'];

interface Validator {
  readonly validate: ValidateFunction;
  /** Every keyword that the schema knows, wherever it may stand. */
  readonly keywords: ReadonlySet<string>;
}

const validators = new Map<Version, Promise<Validator>>();

/** The schema of a version, compiled once. Formats are annotations (JSON Schema 2020-12 Validation, 7.2.1). */
export function validatorOf(version: Version): Promise<Validator> {
  const known = validators.get(version);
  if (known) return known;
  const compiling = compile(version);
  validators.set(version, compiling);
  return compiling;
}

async function compile(version: Version): Promise<Validator> {
  const text = await readFile(packageUrl(`schemas/openapi/${version}.json`), 'utf8');
  const schema = JSON.parse(text) as AnySchemaObject; // one of ours
  const options = { allErrors: true, verbose: true, strict: false, validateFormats: false, logger: false } as const;
  const ajv = version === '2.0' || version === '3.0' ? new Ajv4.default(options) : new Ajv2020(options);
  return { validate: ajv.compile(schema), keywords: keywordsIn(schema) };
}

function keywordsIn(schema: unknown): Set<string> {
  const found = new Set<string>();
  const waiting = [schema];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    if ('properties' in next) for (const key of Object.keys(next.properties ?? {})) found.add(key);
    waiting.push(...Object.values(next));
  }
  return found;
}
