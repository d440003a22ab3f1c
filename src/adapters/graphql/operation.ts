import type { SelectionSetNode } from 'graphql';
import type { CallItem } from '../../adapter/adapter.ts';
import { argumentVariable, type ItemForm, itemForm, selectionVariable, type UpstreamShape } from './item-form.ts';
import type { GraphqlCall } from './schema.ts';

/**
 * Writes one operation for a whole batch: each item is the root field under an alias of its own, its arguments and the variables of its
 * selection are variables under names of their own. A selection that many requests share is printed once.
 */
export class OperationWriter {
  readonly #shape: UpstreamShape;
  readonly #calls = new Map<GraphqlCall, KnownForms>();

  constructor(shape: UpstreamShape) {
    this.#shape = shape;
  }

  /** What goes over the wire: GraphQL over HTTP (September 2025 draft), 5. */
  body(call: GraphqlCall, items: readonly CallItem[]): string {
    let known = this.#calls.get(call);
    if (!known) {
      known = new KnownForms(call, this.#shape);
      this.#calls.set(call, known);
    }
    const variables: Record<string, unknown> = Object.create(null);
    const forms: KnownForm[] = [];
    for (const [index, item] of items.entries()) {
      const form = known.of(item);
      forms.push(form);
      for (const name of form.args) variables[argumentVariable(index, name)] = item.args[name];
      for (const name of form.variables) {
        variables[selectionVariable(index, name)] = item.selection?.variables[name]?.value;
      }
    }
    return `{"query":${queryText(call, forms)},"variables":${JSON.stringify(variables)}}`;
  }
}

interface KnownForm extends ItemForm {
  /** The last query that was of items of this form alone, as JSON. */
  last: { readonly items: number; readonly text: string } | undefined;
}

/** Which arguments and variables have a value is the client's to say: of one selection so many ways are kept. */
const mostForms = 64;
const mostKeptText = 16 * 1024;

/** The forms of one call's items. */
class KnownForms {
  readonly #call: GraphqlCall;
  readonly #shape: UpstreamShape;
  readonly #argumentNames: readonly string[];
  readonly #selected = new WeakMap<SelectionSetNode, Map<string, KnownForm>>();
  readonly #leaves = new Map<string, KnownForm>();

  constructor(call: GraphqlCall, shape: UpstreamShape) {
    this.#call = call;
    this.#shape = shape;
    this.#argumentNames = Object.keys(call.args);
  }

  of({ args, selection }: CallItem): KnownForm {
    const forms = selection ? this.#formsOf(selection.selectionSet) : this.#leaves;
    let key = '';
    for (const name of this.#argumentNames) key += isGiven(args, name) ? '1' : '0';
    for (const name in selection?.variables) key += ` ${name}:${selection?.variables[name]?.type}`;
    const known = forms.get(key);
    if (known) return known;
    const given = this.#argumentNames.filter(name => isGiven(args, name));
    const form: KnownForm = { ...itemForm(this.#call, given, selection, this.#shape), last: undefined };
    if (forms.size >= mostForms) forms.clear();
    forms.set(key, form);
    return form;
  }

  #formsOf(selectionSet: SelectionSetNode): Map<string, KnownForm> {
    const known = this.#selected.get(selectionSet);
    if (known) return known;
    const forms = new Map<string, KnownForm>();
    this.#selected.set(selectionSet, forms);
    return forms;
  }
}

function isGiven(args: CallItem['args'], name: string): boolean {
  return Object.hasOwn(args, name) && args[name] !== undefined;
}

/** As JSON. */
function queryText(call: GraphqlCall, forms: readonly KnownForm[]): string {
  const [first] = forms;
  const uniform = first && forms.every(form => form === first) ? first : undefined;
  if (uniform?.last?.items === forms.length) return uniform.last.text;
  const definitions = forms.map(({ definitions }, index) => definitions.join(String(index))).filter(Boolean);
  const fields = forms.map(({ field }, index) => field.join(String(index)).replaceAll('\n', '\n  '));
  const head = definitions.length > 0 ? `${call.kind} (${definitions.join(', ')}) ` : `${call.kind} `;
  const text = JSON.stringify(`${head}{\n  ${fields.join('\n  ')}\n}`);
  if (uniform && text.length <= mostKeptText) uniform.last = { items: forms.length, text };
  return text;
}
