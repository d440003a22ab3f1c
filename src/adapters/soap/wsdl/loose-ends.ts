import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Source } from '../../../source/source.ts';
import { localOf, lookUp } from '../qname.ts';
import type { ChosenPort } from './operations.ts';
import type { Wsdl } from './wsdl.ts';

/** What of a WSDL leads nowhere, beside the operations that are left out for it: each would otherwise be found by a call that fails. */
export function looseEnds(
  wsdl: Wsdl,
  chosen: readonly ChosenPort[],
  { endpoint }: Source,
  address: string,
): readonly Diagnostic[] {
  const lost = (message: string, at: string): Diagnostic => ({
    severity: 'warning',
    code: 'REFERENCE_NOT_FOUND',
    message,
    at: [address, at],
  });
  const ports = wsdl.unboundPorts.map(({ name, binding }) =>
    lost(`The binding ${binding} of the port ${name} is not defined.`, name),
  );
  const operations = chosen.flatMap(({ portType, binding }) =>
    binding.operations
      .filter(({ name }) => !portType.operations.some(operation => operation.name === name))
      .map(({ name }) => lost(`The operation ${name} of the binding is none of its portType.`, binding.name)),
  );
  const faults = chosen.flatMap(({ portType }) =>
    portType.operations.flatMap(operation =>
      operation.faults
        .filter(message => !lookUp(wsdl.messages, message))
        .map(message =>
          lost(`The message ${message} of a fault is not defined.`, `${localOf(portType.name)}/${operation.name}`),
        ),
    ),
  );
  const odd = chosen.flatMap(({ binding }) =>
    binding.oddStyles.map(
      (style): Diagnostic => ({
        severity: 'warning',
        code: 'DOCUMENT_INVALID',
        message: `There is no style "${style}": ${binding.style} is taken.`,
        at: [address, binding.name],
        hint: 'WSDL 1.1, 3.3 and 3.4, has "document" and "rpc".',
      }),
    ),
  );
  const nowhere = chosen.filter(
    ({ portType, location = '' }) =>
      portType.operations.length > 0 && !(/^https?:/i.test(location) && URL.canParse(location)),
  );
  const unaddressed: readonly Diagnostic[] =
    endpoint !== undefined || nowhere.length === 0
      ? []
      : [
          {
            severity: 'warning',
            code: 'CONFIG_MISSING_KEY',
            message: 'The document does not say where the backend runs.',
            at: [address, ...nowhere.slice(0, 1).map(({ binding }) => binding.name)],
            hint: 'Give the source an `endpoint:`.',
          },
        ];
  return [...ports, ...operations, ...faults, ...odd, ...unaddressed];
}
