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
 * once, however many aliases lead to it, and without recursion. What it is given back is nested too deeply, and was not visited.
 */
export function walk(
  file: Located,
  visit: (node: Readonly<Record<string, unknown>>, at: Located) => void,
): Located | undefined {
  const seen = new Set<unknown>();
  const waiting: { readonly at: Located; readonly names: boolean; readonly level: number }[] = [];
  waiting.push({ at: file, names: false, level: 0 });
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { at, names, level } = next;
    if (typeof at.value !== 'object' || at.value === null || seen.has(at.value)) continue;
    if (level > mostLevels) return at;
    seen.add(at.value);
    if (isRecord(at.value) && !names) visit(at.value, at);
    for (const [key, value] of Object.entries(at.value)) {
      if (typeof value !== 'object' || value === null || (!names && isData(key))) continue;
      waiting.push({
        at: { value, address: at.address, pointer: pointerTo(at.pointer, key) },
        names: !names && namesUnder.has(key),
        level: level + 1,
      });
    }
  }
  return undefined;
}
