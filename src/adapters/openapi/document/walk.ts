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

/**
 * Visits every object of a document whose keys are keywords: not the maps of names, nothing within examples or other data. Each object
 * once, however many aliases lead to it; few are asked where they stand. What it is given back is nested too deeply, and was not visited.
 */
export function walk(
  file: Located,
  visit: (node: Readonly<Record<string, unknown>>, place: () => Located) => void,
): Located | undefined {
  const seen = new Set<unknown>();
  const way: string[] = [];
  let here = file.value;
  const place = () => ({ value: here, address: file.address, pointer: way.reduce(pointerTo, file.pointer) });

  /** `names`: are its keys names? Gives back whether it came to the end. */
  const descend = (value: object, names: boolean): boolean => {
    if (seen.has(value)) return true;
    here = value;
    if (way.length > mostLevels) return false;
    seen.add(value);
    if (isRecord(value) && !names) visit(value, place);
    const parts = value as Readonly<Record<string, unknown>>; // of an array, by its places
    for (const key in parts) {
      const part = parts[key];
      if (typeof part !== 'object' || part === null || (!names && isData(key))) continue;
      way.push(key);
      if (!descend(part, !names && namesUnder.has(key))) return false;
      way.pop();
    }
    return true;
  };
  return typeof here === 'object' && here !== null && !descend(here, false) ? place() : undefined;
}
