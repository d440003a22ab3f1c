import { isRecord } from '../../../base/json.ts';
import { type Located, pointerTo } from './document.ts';

/** Under these, keys are names that the author chose, not keywords. */
const namesUnder: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  '$defs',
  'definitions',
  'schemas',
  'paths',
  'pathItems',
  'webhooks',
  'additionalOperations',
  'parameters',
  'requestBodies',
  'responses',
  'headers',
  'content',
  'mediaTypes',
  'encoding',
  'links',
  'callbacks',
  'securitySchemes',
  'securityDefinitions',
  'variables',
]);

/** Under these stands data, which means nothing to us. */
const dataUnder: ReadonlySet<string> = new Set(['example', 'examples', 'default', 'enum', 'const', 'value']);

function isData(key: string): boolean {
  return dataUnder.has(key) || key.startsWith('x-');
}

/** No document of a person or a generator is nested as deeply as this. */
export const mostLevels = 1_000;

/** A part that is to be visited, and how it is come to. */
interface Step {
  readonly value: unknown;
  readonly key: string;
  readonly around: Step | undefined;
  readonly level: number;
  /** Are its keys names? */
  readonly names: boolean;
}

/**
 * Visits every object of a document whose keys are keywords: not the maps of names, nothing within examples or other data. Each object
 * once, however many aliases lead to it, and without recursion; few are asked where they stand. What it is given back is nested too deeply,
 * and was not visited.
 */
export function walk(
  file: Located,
  visit: (node: Readonly<Record<string, unknown>>, place: () => Located) => void,
): Located | undefined {
  const seen = new Set<unknown>();
  const waiting: Step[] = [{ value: file.value, key: '', around: undefined, level: 0, names: false }];
  for (let here = waiting.pop(); here; here = waiting.pop()) {
    const step = here;
    const { value, names, level } = step;
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    if (level > mostLevels) return placeOf(step, file);
    seen.add(value);
    if (isRecord(value) && !names) visit(value, () => placeOf(step, file));
    const parts = value as Readonly<Record<string, unknown>>; // of an array, by its places
    for (const key of Object.keys(parts)) {
      const part = parts[key];
      if (typeof part !== 'object' || part === null || (!names && isData(key))) continue;
      waiting.push({ value: part, key, around: step, level: level + 1, names: !names && namesUnder.has(key) });
    }
  }
  return undefined;
}

function placeOf({ value, key, around }: Step, { address, pointer: start }: Located): Located {
  const keys: string[] = [];
  for (let [own, outer] = [key, around]; outer; { key: own, around: outer } = outer) keys.push(own);
  return { value, address, pointer: keys.reduceRight(pointerTo, start) };
}
