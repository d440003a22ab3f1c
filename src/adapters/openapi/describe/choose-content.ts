import {
  isAny,
  isForm,
  isInRange,
  isJson,
  isPlainJson,
  isStream,
  isText,
  isXml,
  preferred,
} from '../document/media-types.ts';
import type { Content, Response } from '../document/operation.ts';
import type { TypeBuilder } from '../types/type-builder.ts';
import { syntaxOf } from './read-content.ts';

function isOther(mediaType: string): boolean {
  return !isStream(mediaType);
}

/** mapping A5 and A7: what is asked for where the document lets the client choose. */
const preference = [isPlainJson, isJson, isForm, isXml, isAny, isText, isOther];

/** Of what has no type to be read as: a form says less than whatever else there is. */
const untypedPreference = preference.filter(wish => wish !== isForm);

/**
 * The content that is taken of several; undefined where all of them are without an end. One that says nothing but examples is what is said of
 * the range that it is in: documents that were made of Swagger 2.0 are written so.
 */
export function contentOf({ contents }: Response, builder: TypeBuilder): Content | undefined {
  const described = contents.map(content => {
    const range = content.schema
      ? undefined
      : contents.find(({ mediaType, schema }) => schema && isInRange(content.mediaType, mediaType));
    return range ? { ...content, schema: range.schema } : content;
  });
  return chosenContent(described, builder);
}

/** What can be read as the type that its schema says goes before what has none, or cannot hold it: a form holds no list. */
export function chosenContent(contents: readonly Content[], builder: TypeBuilder): Content | undefined {
  const typed = contents.filter(
    content => content.schema && ['json', 'form', 'xml'].includes(syntaxOf(content, builder)),
  );
  return preferred(typed, preference) ?? preferred(contents, untypedPreference);
}
