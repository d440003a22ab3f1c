import type { HeaderModel } from '../model/call.ts';
import { lookUp } from '../qname.ts';
import type { TypeCompiler } from '../xsd/type-compiler.ts';
import type { PortedOperation } from './operations.ts';
import type { MessagePart, Wsdl } from './wsdl.ts';

/**
 * The entries that an operation's faults may have in their detail: a part of each fault's message (WSDL 1.1, 3.6); and the blocks that tell of
 * faults of header blocks, which stand in the header (WSDL 1.1, 3.7).
 */
export function declaredFaults(
  wsdl: Wsdl,
  compiler: TypeCompiler,
  { operation, bound, address }: PortedOperation,
): readonly HeaderModel[] {
  const partsOf = (message: string) => lookUp(wsdl.messages, message)?.[1] ?? [];
  const details = operation.faults.map(name => partsOf(name)[0]);
  const blocks = [bound?.input, bound?.output]
    .flatMap(message => message?.headers.flatMap(({ faults }) => faults) ?? [])
    .map(({ message, part }) => partsOf(message).find(({ name }) => name === part));
  return [...details, ...blocks].flatMap(part => (part ? entryOf(compiler, part, address) : []));
}

function entryOf(compiler: TypeCompiler, part: MessagePart, address: string): readonly HeaderModel[] {
  if (part.element !== undefined) {
    const root = compiler.rootElement(part.element);
    if (!root) return [];
    const { namespace, local, nillable, type } = root;
    return [{ namespace, local, nillable, type }];
  }
  if (part.type === undefined) return [];
  const type = compiler.elementType(part.type, `fault of ${address}/${part.name}`);
  return [{ namespace: '', local: part.name, nillable: false, type }];
}
