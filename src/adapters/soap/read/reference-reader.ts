import { textOf } from '../../../adapter/xml/tree.ts';
import { isAttached } from './attachments.ts';
import type { Read } from './read.ts';
import { Settled } from './settled.ts';
import { isNil, nilOf } from './simple-reader.ts';
import { TreeContent } from './tree-content.ts';

/** Reads an element whose text refers to an attachment (WS-I Attachments Profile 1.0, 4.4): its value is what that holds. */
export const referenceReader: Read = (start, nillable, malformed) => {
  if (isNil(start)) return new Settled(nilOf(start, nillable, malformed));
  if (isAttached(start)) return new Settled(start.attached);
  return new TreeContent(start, element => {
    // Old servers write an empty element where there is no value.
    if (nillable && textOf(element).trim() === '') return null;
    return malformed(`${element.local} refers to an attachment that is not there.`);
  });
};
