import { type Checked, unlessErrors } from '../../base/checked.ts';
import type { Source } from '../../source/source.ts';
import { Groundwork } from './describe/groundwork.ts';
import { type OpenApiDescription, Reading } from './describe/reading.ts';
import type { OpenApiDocument } from './document/document.ts';

/** Names are settled in two passes, or three where the second finds new rivals; more would be names made to be a nuisance. */
const mostPasses = 4;

/** The document as a schema and its calls. Pure; what cannot be expressed is a diagnostic. */
export function describe(document: OpenApiDocument, source: Source): Checked<OpenApiDescription> {
  const ground = new Groundwork(document);
  const contested = new Set<string>();
  for (let pass = 1; ; pass++) {
    const reading = new Reading(ground, source, contested);
    const rivals = reading.rivals();
    if (rivals.size === 0 || pass === mostPasses) return unlessErrors(reading.description(), ground.log.all);
    for (const name of rivals) contested.add(name);
    ground.log.forget();
  }
}
