import { attribute, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import { nested } from '../model/array-shape.ts';
import type { ArrayType } from '../model/model.ts';
import { encodingNamespace } from '../qname.ts';
import { answerLimits } from '../xml-conventions.ts';
import type { Malformed, Read } from './read.ts';
import { readTree } from './read-tree.ts';

/** Is the element an array, by what it says of itself? */
export function saysArray(element: XmlElement): boolean {
  return writtenSizes(element) !== undefined || attribute(element, 'itemType', encodingNamespace['1.2']) !== undefined;
}

/**
 * The items of an array (SOAP 1.1, 5.4.2; SOAP 1.2 part 2, 3.1.6), in their places: `soapenc:offset` and `soapenc:position` leave places
 * empty, which are null. An array whose places are more than an answer may have nodes is malformed.
 */
export function readArray(
  { rank }: Pick<ArrayType, 'rank'>,
  element: XmlElement,
  read: Read,
  malformed: Malformed,
): unknown {
  const sizes = sizesOf(element, rank);
  if (!sizes) return malformed(`${element.local} does not say how large it is in each of its ${rank} dimensions.`);
  const offset = placeOf(attribute(element, 'offset', encodingNamespace['1.1']), sizes);
  const items: unknown[] = [];
  let place = offset ?? 0;
  for (const child of elementsOf(element)) {
    place = placeOf(attribute(child, 'position', encodingNamespace['1.1']), sizes) ?? place;
    if (!(place < answerLimits.nodes)) return malformed(`${element.local} has an item in a place that no array has.`);
    while (items.length < place) items.push(null);
    items[place] = readTree(child, read(child, true, malformed));
    place += 1;
  }
  if (rank === 1) return items;
  const all = sizes.reduce((product, size) => product * size, 1);
  if (!(all <= answerLimits.nodes) || items.length > all)
    return malformed(`${element.local} has not the size that it says.`);
  while (items.length < all) items.push(null);
  return nested(items, sizes);
}

/** Of one dimension the size means nothing: items tell it. */
function sizesOf(element: XmlElement, rank: number): readonly number[] | undefined {
  if (rank === 1) return [Number.POSITIVE_INFINITY];
  const sizes = writtenSizes(element);
  return sizes?.length === rank && sizes.every(Number.isSafeInteger) ? sizes : undefined;
}

function writtenSizes(element: XmlElement): readonly number[] | undefined {
  const type = attribute(element, 'arrayType', encodingNamespace['1.1']);
  const inside = type === undefined ? undefined : /\[([^[\]]*)\]\s*$/.exec(type)?.[1];
  if (inside !== undefined) return inside.split(',').map(sizeOf);
  return attribute(element, 'arraySize', encodingNamespace['1.2'])?.trim().split(/\s+/).map(sizeOf);
}

function sizeOf(text: string): number {
  return /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
}

/** `[1,2]`: the place among all items. Not a number, where it is none. */
function placeOf(written: string | undefined, sizes: readonly number[]): number | undefined {
  if (written === undefined) return undefined;
  const steps = written
    .trim()
    .replace(/^\[|\]$/g, '')
    .split(',')
    .map(sizeOf);
  if (steps.length !== sizes.length || steps.some((step, index) => step >= sizes[index]!)) return Number.NaN;
  return steps.reduce((place, step, index) => (index === 0 ? step : place * sizes[index]! + step), 0);
}
