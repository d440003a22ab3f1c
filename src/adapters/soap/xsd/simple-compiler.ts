import type { XmlElement } from '../../../adapter/xml/tree.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { SimpleType } from '../model/model.ts';
import { localOf, type QName, swaRef } from '../qname.ts';
import { wellKnownSimpleType } from '../well-known/well-known.ts';
import type { Component, Components } from './components.ts';
import { builtInType, simpleType } from './simple-type.ts';

/** Of types from types: no real document has a tenth of it, and each is a step on the stack. */
export const mostDerivations = 256;

const derivedReference = 'What is derived from a reference to an attachment is kept as its text.';

export function tooDeep(name: QName): string {
  return `The type ${name} is derived through more than ${mostDerivations} others: what lies beyond is left out.`;
}

/** Models of simple types, each made once. */
export class SimpleCompiler {
  readonly #components: Components;
  readonly #tell: (code: Diagnostic['code'], message: string, name: QName) => void;
  readonly #known = new Map<XmlElement, SimpleType>();
  readonly #open = new Set<XmlElement>();

  constructor(components: Components, tell: (code: Diagnostic['code'], message: string, name: QName) => void) {
    this.#components = components;
    this.#tell = tell;
  }

  of(component: Component): SimpleType {
    const known = this.#known.get(component.element);
    if (known) return known;
    this.#open.add(component.element);
    const type = simpleType(component.element, component, name => {
      if (name === swaRef) {
        this.#tell('CONSTRUCT_NOT_SUPPORTED', derivedReference, name);
        return builtInType('anyURI');
      }
      const twin = wellKnownSimpleType(name);
      if (twin !== undefined) return builtInType(localOf(twin));
      const found = this.#components.find('type', name);
      // A redefinition refers to what it was before.
      const next = found && this.#open.has(found.element) ? found.redefines : found;
      if (next?.element.local !== 'simpleType') {
        if (found?.element.local === 'simpleType')
          this.#tell('REFERENCE_CYCLE', `The type ${name} is derived from itself.`, name);
        return undefined;
      }
      if (this.#open.size < mostDerivations) return this.of(next);
      this.#tell('CONSTRUCT_NOT_SUPPORTED', tooDeep(name), name);
      return undefined;
    });
    this.#open.delete(component.element);
    this.#known.set(component.element, type);
    return type;
  }
}
