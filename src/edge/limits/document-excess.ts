import type { Excess } from './limit-report.ts';
import { type LimitKey, type Limits, limitTable } from './limits.ts';
import type { OperationProfile } from './operation-profile.ts';

/** What each limit of a document counts, in words that follow the number. */
const measures = {
  operations: 'operations',
  depth: 'levels, fragments expanded',
  aliases: 'aliases, fragments expanded',
  rootFields: 'root fields, fragments expanded',
  expandedFields: 'fields, fragments expanded',
  directives: 'directives, fragments expanded',
  directivesPerNode: 'directives at one place',
  introspectionDepth: 'levels of introspection, fragments expanded',
  introspectionFields: 'fields of introspection, fragments expanded',
} as const satisfies Partial<Record<LimitKey, string>>;

const measured = Object.keys(measures) as (keyof typeof measures)[]; // the keys of `measures`

/** All limits that a document is beyond, each told once; none of nearly all documents. Whichever of its operations is chosen. */
export function documentExcess(profile: OperationProfile, tokens: number, limits: Limits): readonly Excess[] {
  const found: Excess[] = [];
  if (tokens > limits.tokens) found.push(tooManyTokens(limits));
  for (const limit of measured) {
    if (profile[limit] <= limits[limit]) continue;
    const who = limit === 'operations' ? 'document' : 'operation';
    const message = `The ${who} has ${profile[limit]} ${measures[limit]}; ${limits[limit]} are allowed.`;
    found.push({ limit, code: limitTable[limit].code, message });
  }
  return found;
}

export function tooManyTokens(limits: Limits): Excess {
  return {
    limit: 'tokens',
    code: limitTable.tokens.code,
    message: `The document has more than ${limits.tokens} tokens.`,
  };
}
