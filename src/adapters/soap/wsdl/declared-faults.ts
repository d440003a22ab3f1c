import type { HeaderModel } from '../model/model.ts';
import { lookUp } from '../qname.ts';
import type { TypeCompiler } from '../xsd/type-compiler.ts';
import type { PortedOperation } from './operations.ts';
import type { Wsdl } from './wsdl.ts';

/** The entries that an operation's faults may have in their detail: a part of each fault's message (WSDL 1.1, 3.6). */
export function declaredFaults(
  wsdl: Wsdl,
  compiler: TypeCompiler,
  { operation, address }: PortedOperation,
): readonly HeaderModel[] {
  return operation.faults.flatMap((name): HeaderModel[] => {
    const [part] = lookUp(wsdl.messages, name)?.[1] ?? [];
    if (!part) return [];
    if (part.element !== undefined) {
      const root = compiler.rootElement(part.element);
      if (!root) return [];
      const { namespace, local, nillable, type } = root;
      return [{ namespace, local, nillable, type }];
    }
    if (part.type === undefined) return [];
    const type = compiler.elementType(part.type, `fault of ${address}/${part.name}`);
    return [{ namespace: '', local: part.name, nillable: false, type }];
  });
}
