import type { Diagnostic } from '../../../base/diagnostic.ts';
import { isRecord, own } from '../../../base/json.ts';
import type { Located } from './document.ts';
import type { OperationSite } from './operation.ts';
import { child, children, type Resolver } from './resolver.ts';

/** A keyword that is text; numbers and booleans, which YAML makes of unquoted words, count as text. */
export function text(value: unknown, key: string): string | undefined {
  const found = isRecord(value) ? own(value, key) : undefined;
  if (typeof found === 'number' || typeof found === 'boolean') return String(found);
  return typeof found === 'string' ? found : undefined;
}

export function flag(value: unknown, key: string): boolean {
  return isRecord(value) && own(value, key) === true;
}

/** Summary and description as one text. */
export function descriptionOf(value: unknown): string | undefined {
  const summary = text(value, 'summary')?.trim();
  const description = text(value, 'description')?.trim();
  if (!summary || !description || description.startsWith(summary)) return description || summary || undefined;
  return `${summary}\n\n${description}`;
}

/** A parameter where it is defined. */
export interface OwnedParameter extends Located {
  /** The operation or the path item whose list it stands in. */
  readonly owner: Located;
}

/** Who has parameters, the one that wins first (OpenAPI 3.2, 4.10.1). */
export function ownersOf({ operation, pathItems }: OperationSite): Located[] {
  return [operation, ...pathItems];
}

/** The parameters of the path items, then those of the operation: those that have a name and stand in one of `places`. */
export function parametersOf(site: OperationSite, places: ReadonlySet<string>, resolver: Resolver): OwnedParameter[] {
  const byPlace = new Map<string, OwnedParameter>();
  for (const owner of ownersOf(site).reverse()) {
    const here = new Set<string>();
    for (const entry of children(child(owner, 'parameters'))) {
      const parameter = resolver.deref(entry);
      if (!parameter) continue;
      const name = text(parameter.value, 'name');
      const place = text(parameter.value, 'in') ?? '';
      if (name === undefined || !places.has(place)) {
        resolver.report(misplaced(parameter));
        continue;
      }
      const key = `${place} ${place === 'header' ? name.toLowerCase() : name}`; // RFC 9110, 5.1
      if (here.has(key)) resolver.report(repeated(name, place, entry));
      here.add(key);
      byPlace.set(key, { ...described(parameter, entry, resolver), owner });
    }
  }
  return [...byPlace.values()];
}

/** Since 3.1, what a reference says of what it names goes before what that says of itself (OpenAPI 3.2, 4.23). */
export function described(named: Located, reference: Located, { version }: Resolver): Located {
  const description = text(reference.value, 'description');
  if (named.value === reference.value || description === undefined || version === '2.0' || version === '3.0')
    return named;
  return { ...named, value: { ...(isRecord(named.value) ? named.value : {}), description } };
}

function repeated(name: string, place: string, { address, pointer }: Located): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: `The ${place} has the parameter ${JSON.stringify(name.slice(0, 100))} twice; the last one is taken.`,
    at: [address, pointer],
    hint: 'Leave one of them.',
  };
}

function misplaced({ address, pointer }: Located): Diagnostic {
  return {
    severity: 'warning',
    code: 'DOCUMENT_INVALID',
    message: 'The parameter has no name, or stands where no parameter can; it is left out.',
    at: [address, pointer],
  };
}
