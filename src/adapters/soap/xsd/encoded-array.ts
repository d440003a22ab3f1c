import { attribute, childrenNamed, elementsOf, type XmlElement } from '../../../adapter/xml/tree.ts';
import {
  anyType,
  localOf,
  namespaceOf,
  type QName,
  qname,
  soapEncodingNamespaces,
  wsdlNamespace,
  xsdNamespace,
} from '../qname.ts';
import { type Component, type Components, derivationOf, reference } from './components.ts';
import { mostDerivations } from './simple-compiler.ts';

/** How a type says that it is an array of SOAP encoding. */
export interface ArrayDeclaration {
  /** The type of what is in it, in the end. Absent: the element below says it. */
  readonly of?: QName;
  /** The dimensions of the array, and then of the arrays in it: `xsd:int[,][]` is [1, 2]. */
  readonly ranks: readonly [number, ...number[]];
  /** The element that the type has for items. */
  readonly element?: { readonly at: XmlElement; readonly component: Component };
}

export function isSoapArray(name: QName): boolean {
  return localOf(name) === 'Array' && soapEncodingNamespaces.includes(namespaceOf(name));
}

/**
 * The array that a complex type declares by restricting or extending `soapenc:Array`, or another type that does: by `wsdl:arrayType`
 * (WSDL 1.1, 2.2), by a default `itemType` (SOAP 1.2), or by an element in it. Undefined where the type is none.
 */
export function arrayDeclaration(
  component: Component,
  components: Components,
  depth = 0,
): ArrayDeclaration | undefined {
  const derivation = derivationOf(component.element);
  const written = derivation && attribute(derivation, 'base');
  if (!derivation || written === undefined || depth >= mostDerivations) return undefined;
  const base = reference(component, derivation, written);
  const inherited = isSoapArray(base) ? anything : inheritedFrom(base, components, depth);
  return inherited && (declaredIn(derivation, component) ?? inherited);
}

const anything: ArrayDeclaration = { of: anyType, ranks: [1] };

function inheritedFrom(base: QName, components: Components, depth: number) {
  const found = components.find('type', base);
  return found && arrayDeclaration(found, components, depth + 1);
}

function declaredIn(derivation: XmlElement, component: Component): ArrayDeclaration | undefined {
  for (const at of childrenNamed(derivation, xsdNamespace, 'attribute')) {
    const written = attribute(at, 'arrayType', wsdlNamespace);
    // Brackets hold commas, and sizes where somebody wrote them: the last pair is this array's (SOAP 1.1, 5.4.2).
    const [, of, brackets] = /^\s*([^[\]]+?)\s*((?:\[[^[\]]*\])+)\s*$/.exec(written ?? '') ?? [];
    if (of !== undefined && brackets !== undefined) {
      const [first = 1, ...others] = [...brackets.matchAll(/\[([^\]]*)\]/g)]
        .map(([, inside = '']) => inside.split(',').length)
        .reverse();
      return { of: known(reference(component, at, of)), ranks: [first, ...others] };
    }
    const itemType = attribute(at, 'default') ?? attribute(at, 'fixed');
    if (itemType !== undefined && localOf(reference(component, at, attribute(at, 'ref') ?? '')) === 'itemType')
      return { of: known(reference(component, at, itemType)), ranks: [1] };
  }
  const model = elementsOf(derivation).find(child => /^(sequence|all|choice)$/.test(child.local));
  const elements = model ? childrenNamed(model, xsdNamespace, 'element') : [];
  const [only] = elements;
  return only && elements.length === 1 ? { ranks: [1], element: { at: only, component } } : undefined;
}

/** Drafts of XML Schema called it `ur-type`. */
function known(name: QName): QName {
  return name === qname(xsdNamespace, 'ur-type') ? anyType : name;
}
