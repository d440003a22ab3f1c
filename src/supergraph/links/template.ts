import { isRecord } from '../../base/json.ts';

/**
 * A value of a link, with its holes: a string that is `$parent.x` or `$args.x` as a whole stands for that value, `$$`
 * for a dollar. Compiled at registration; nothing is ever spliced into a text.
 */
export type Template =
  | { readonly kind: 'parent'; readonly path: readonly string[] }
  | { readonly kind: 'args'; readonly path: readonly string[] }
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Template> };

/** What is wrong with a template. */
export interface TemplateProblem {
  readonly code: 'DIRECTIVE_NOT_IMPLEMENTED' | 'LINK_INVALID';
  readonly message: string;
}

const later = ['claims', 'header'];

export function compileTemplate(value: unknown, problems: TemplateProblem[]): Template {
  if (typeof value === 'string') return compileText(value, problems);
  if (Array.isArray(value)) return { kind: 'list', items: value.map(item => compileTemplate(item, problems)) };
  if (!isRecord(value)) return { kind: 'literal', value };
  const fields = Object.entries(value).map(([name, field]) => [name, compileTemplate(field, problems)] as const);
  return { kind: 'object', fields: new Map(fields) };
}

function compileText(text: string, problems: TemplateProblem[]): Template {
  if (!text.startsWith('$')) return { kind: 'literal', value: text };
  if (text.startsWith('$$')) return { kind: 'literal', value: text.slice(1) };
  const [root = '', ...path] = text.slice(1).split('.');
  const legal = path.length > 0 && path.every(name => /^[_A-Za-z][_0-9A-Za-z]*$/.test(name));
  if (legal && (root === 'parent' || root === 'args')) return { kind: root, path };
  const waits = later.includes(root);
  const message = waits
    ? `"${text}": identity and headers cannot be read by links yet.`
    : `"${text}" is no template: write $parent.<field> or $args.<argument>, or $$ for a leading dollar.`;
  problems.push({ code: waits ? 'DIRECTIVE_NOT_IMPLEMENTED' : 'LINK_INVALID', message });
  return { kind: 'literal', value: null };
}

/** The holes of one kind in a template. */
export function holes(template: Template, kind: 'parent' | 'args'): (readonly string[])[] {
  if (template.kind === kind) return [template.path];
  if (template.kind === 'list') return template.items.flatMap(item => holes(item, kind));
  if (template.kind === 'object') return [...template.fields.values()].flatMap(field => holes(field, kind));
  return [];
}

/** The value, its holes filled; `undefined` where a hole has nothing. */
export function fill(template: Template, read: (kind: 'parent' | 'args', path: readonly string[]) => unknown): unknown {
  switch (template.kind) {
    case 'literal':
      return template.value;
    case 'list':
      return template.items.map(item => fill(item, read));
    case 'object': {
      const record: Record<string, unknown> = Object.create(null);
      for (const [name, field] of template.fields) {
        const value = fill(field, read);
        if (value !== undefined) record[name] = value;
      }
      return record;
    }
    default:
      return read(template.kind, template.path);
  }
}

/** Walks own properties; null where a step is missing. */
export function walk(value: unknown, path: readonly string[]): unknown {
  let at = value;
  for (const step of path) {
    if (at instanceof Error) return at;
    if (!isRecord(at)) return at === undefined ? undefined : null;
    at = Object.hasOwn(at, step) ? at[step] : undefined;
  }
  return at;
}
