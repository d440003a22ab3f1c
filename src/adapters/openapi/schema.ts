import { type Checked, unlessErrors } from '../../base/checked.ts';
import type { Source } from '../../source/source.ts';
import { Groundwork } from './describe/groundwork.ts';
import { type OpenApiDescription, Reading } from './describe/reading.ts';
import type { OpenApiDocument } from './document/document.ts';

/** The document as a schema and its calls. Pure; what cannot be expressed is a diagnostic. */
export function describe(document: OpenApiDocument, source: Source): Checked<OpenApiDescription> {
  const ground = new Groundwork(document);
  const description = new Reading(ground, source).description();
  return unlessErrors(description, ground.log.all);
}
