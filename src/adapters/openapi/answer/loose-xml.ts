import { attribute, elementsOf, textOf, type XmlElement } from '../../../adapter/xml/tree.ts';

const xsi = 'http://www.w3.org/2001/XMLSchema-instance';

export function isNil(element: XmlElement): boolean {
  return /^\s*(true|1)\s*$/.test(attribute(element, 'nil', xsi) ?? '');
}

/** Of which the document says no type: texts, and objects by the names of what is in them; what is there more than once is a list. */
export function loose(element: XmlElement): unknown {
  if (isNil(element)) return null;
  const children = byName(element);
  if (children.size === 0 && element.attributes.length === 0) return textOf(element);
  const record: Record<string, unknown> = Object.create(null);
  for (const { local, value } of element.attributes) record[local] = value;
  for (const [name, elements] of children) record[name] = looseOf(elements);
  return record;
}

export function looseOf(elements: readonly [XmlElement, ...XmlElement[]]): unknown {
  return elements.length > 1 ? elements.map(loose) : loose(elements[0]);
}

export function byName(element: XmlElement): Map<string, [XmlElement, ...XmlElement[]]> {
  const found = new Map<string, [XmlElement, ...XmlElement[]]>();
  for (const child of elementsOf(element)) {
    const same = found.get(child.local);
    if (same) same.push(child);
    else found.set(child.local, [child]);
  }
  return found;
}
