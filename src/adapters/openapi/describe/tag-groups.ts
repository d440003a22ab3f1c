import type { QueryGroup } from '../../../adapter/adapter.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord, own } from '../../../base/json.ts';
import { camelName, uniqueNames } from '../../../base/names.ts';
import type { OperationSite } from '../document/operation.ts';
import { descriptionOf, text } from '../document/operation-parts.ts';
import { child, children } from '../document/resolver.ts';
import type { ServedOperation } from './describe-links.ts';
import type { Groundwork } from './groundwork.ts';

/**
 * The queries that are served, by the first tag of each. What a group is called says the whole document, whichever of its operations are
 * served.
 */
export function tagGroups(
  { document, resolver, sites, log }: Groundwork,
  served: readonly ServedOperation[],
): QueryGroup[] {
  const names = uniqueNames(new Set(sites.flatMap(site => firstTag(site) ?? [])), camelName);
  for (const [tag, name] of names) if (name !== camelName(tag)) log.report(collision(tag, name, document.address));
  const queries = new Map<string, string[]>();
  for (const { site, name, root } of served) {
    const tag = root === 'Query' ? firstTag(site) : undefined;
    if (tag === undefined) continue;
    const known = queries.get(tag);
    if (known) known.push(name);
    else queries.set(tag, [name]);
  }
  const described = new Map(
    children(child(resolver.root, 'tags')).map(({ value }) => [text(value, 'name')?.trim(), descriptionOf(value)]),
  );
  return [...queries].map(([tag, ofTag]) => {
    const description = described.get(tag);
    return { name: names.get(tag)!, ...(description === undefined ? {} : { description }), queries: ofTag };
  });
}

/** Undefined where the operation has none. */
function firstTag({ operation: { value } }: OperationSite): string | undefined {
  const tags = isRecord(value) ? own(value, 'tags') : undefined;
  const first: unknown = Array.isArray(tags) ? tags[0] : undefined;
  return text({ first }, 'first')?.trim() || undefined;
}

function collision(tag: string, name: string, address: string): Diagnostic {
  return {
    severity: 'note',
    code: 'NAME_COLLISION',
    message: `Another tag's field is called ${camelName(tag)}; that of ${JSON.stringify(tag.slice(0, 80))} is ${name}.`,
    at: [address, '/tags'],
    hint: 'Give the tag a name of its own.',
  };
}
