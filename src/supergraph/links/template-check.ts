import { coerceInputValue, type GraphQLInputType, getNullableType, isInputObjectType, print } from 'graphql';
import { didYouMean } from '../../base/suggestion.ts';
import { type Catalogue, type OpenMember, prefixedReference } from '../catalogue.ts';
import { isRequired } from './coerce.ts';
import type { Say } from './compile-lookup.ts';
import type { LinkDraft } from './link-draft.ts';
import { inputItem } from './lookup.ts';
import { fits, isLeaf, namedOf, type Shape, shapeAt } from './shape.ts';
import type { Template } from './template.ts';

/** Holds a link's templates against the types of what they read and of what they are given to. */
export class TemplateCheck {
  readonly #draft: LinkDraft;
  readonly #target: OpenMember;
  readonly #catalogue: Catalogue;
  readonly #say: Say;

  constructor(draft: LinkDraft, target: OpenMember, catalogue: Catalogue, say: Say) {
    this.#draft = draft;
    this.#target = target;
    this.#catalogue = catalogue;
    this.#say = say;
  }

  value(template: Template, type: GraphQLInputType, where: string): void {
    const inner = getNullableType(type);
    if (template.kind === 'literal') {
      this.#literal(template.value, type, where);
    } else if (template.kind === 'list') {
      const item = inputItem(type);
      if (item) for (const part of template.items) this.value(part, item, where);
      else if (String(inner) !== 'JSON') this.#say('LINK_INVALID', `"${where}" takes ${String(type)}, not a list.`);
    } else if (template.kind === 'object') {
      if (isInputObjectType(inner)) this.#object(template.fields, inner.getFields(), where);
      else if (String(inner) !== 'JSON') this.#say('LINK_INVALID', `"${where}" takes ${String(type)}, not an object.`);
    } else {
      const from = this.shape(template);
      const to = prefixedReference(this.#target, type);
      if (!from || fits(from, to, this.#catalogue)) return;
      const hole = `$${template.kind}.${template.path.join('.')}`;
      this.#say('LINK_INVALID', `"${where}" takes ${print(to)}, and ${hole} is ${print(from)}.`);
    }
  }

  /** What a hole reads; told and undefined where there is no such thing. */
  shape(hole: Extract<Template, { kind: 'parent' | 'args' }>): Shape | undefined {
    const { typeName, field } = this.#draft;
    const text = `$${hole.kind}.${hole.path.join('.')}`;
    if (hole.kind === 'parent') {
      if (typeName === 'Query') {
        this.#say('LINK_INVALID', `${text}: a field of Query has no parent.`);
        return undefined;
      }
      const shape = shapeAt(this.#catalogue, typeName, hole.path);
      if ('missing' in shape) return this.#nothing(text, shape);
      if (isLeaf(shape, this.#catalogue)) return shape;
      this.#say('LINK_INVALID', `${text} is ${print(shape)}: a link reads values, not objects.`);
      return undefined;
    }
    const [name = '', ...rest] = hole.path;
    const argument = field.arguments?.find(arg => arg.name.value === name);
    if (!argument) {
      const known = (field.arguments ?? []).map(arg => arg.name.value);
      this.#say('LINK_INVALID', `${text}: the field has no argument "${name}".${didYouMean(name, known)}`);
      return undefined;
    }
    if (rest.length === 0) return argument.type;
    const shape = shapeAt(this.#catalogue, namedOf(argument.type).name.value, rest);
    return 'missing' in shape ? this.#nothing(text, shape) : shape;
  }

  #nothing(text: string, { missing, of, list }: { missing: string; of: string; list?: string }): undefined {
    const known = this.#catalogue.fields(of).keys();
    const why = list
      ? `${list} is a list, and a link reads one value there.`
      : `${of} has no "${missing}" of its source.${didYouMean(missing, known)}`;
    this.#say('LINK_INVALID', `${text}: ${why}`);
    return undefined;
  }

  #literal(value: unknown, type: GraphQLInputType, where: string): void {
    coerceInputValue(value, type, (path, _invalid, error) => {
      this.#say('LINK_INVALID', `"${[where, ...path].join('.')}": ${error.message}`);
    });
  }

  #object(
    given: ReadonlyMap<string, Template>,
    fields: Readonly<Record<string, { type: GraphQLInputType; defaultValue?: unknown }>>,
    where: string,
  ): void {
    for (const [name, part] of given) {
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field) this.value(part, field.type, `${where}.${name}`);
      else this.#say('LINK_INVALID', `"${where}" has no field "${name}".${didYouMean(name, Object.keys(fields))}`);
    }
    for (const [name, field] of Object.entries(fields)) {
      if (isRequired(field) && !given.has(name)) this.#say('LINK_INVALID', `"${where}" needs "${name}".`);
    }
  }
}
