import { type Diagnostic, isError } from '../../../base/diagnostic.ts';
import { camelName, uniqueNames } from '../../../base/names.ts';
import { didYouMean } from '../../../base/suggestion.ts';
import type { Source } from '../../../source/source.ts';
import { localOf, lookUp, type QName } from '../qname.ts';
import { looseEnds } from './loose-ends.ts';
import type { Binding, BoundOperation, PortOperation, PortType, Wsdl } from './wsdl.ts';

/** One operation of a chosen port, with the binding that says how it is asked. */
export interface PortedOperation {
  /** Its root field in GraphQL. */
  readonly field: string;
  /** `portType/operation`. */
  readonly address: string;
  readonly operation: PortOperation;
  readonly binding: Binding;
  /** Absent where the binding does not have it. */
  readonly bound: BoundOperation | undefined;
  /** Names of what stands at its port and binding and in their policies. */
  readonly assertions: ReadonlySet<QName>;
  readonly location: string | undefined;
}

/**
 * The operations of the source, each once: of every portType one port is chosen (the configured one, else the first with SOAP 1.1, else
 * with SOAP 1.2). Bindings to anything but SOAP over HTTP are passed over.
 */
export function chooseOperations(
  wsdl: Wsdl,
  source: Source,
  address: string,
): { readonly operations: readonly PortedOperation[]; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const chosen = choosePorts(wsdl, source, address, diagnostics);
  const found: (Omit<PortedOperation, 'field'> & { readonly key: string })[] = [];
  for (const { portType, binding, location, assertions } of chosen) {
    const alike = chosen.filter(other => localOf(other.portType.name) === localOf(portType.name));
    const owner = alike.length > 1 ? portType.name : localOf(portType.name);
    for (const { operation, bound, overload } of matched(portType, binding)) {
      const { name } = operation;
      const at = `${owner}/${name}${overload === '' ? '' : `:${overload}`}`;
      const rivals = chosen.filter(other => other.portType.operations.some(one => one.name === name));
      const words = `${rivals.length > 1 ? localOf(portType.name) : ''} ${name} ${localOf(overload)}`.trim();
      found.push({ key: `${words}\n${at}`, address: at, operation, binding, bound, assertions, location });
    }
  }
  diagnostics.push(...looseEnds(wsdl, chosen, source, address));
  if (found.length === 0 && !diagnostics.some(isError)) {
    const isBound = wsdl.bindings.some(one => one.version !== undefined);
    const unbound = isBound ? 'No binding of SOAP over HTTP has a portType' : 'There is no binding of SOAP over HTTP';
    const lacking = chosen.length === 0 ? unbound : 'No portType has an operation';
    const message = `${lacking}: nothing is imported.`;
    diagnostics.push({ severity: 'warning', code: 'DOCUMENT_INVALID', message, at: [address] });
  }
  const fields = uniqueNames(
    found.map(one => one.key),
    key => camelName(key.slice(0, key.indexOf('\n'))),
    new Set(['_empty']),
  );
  return { operations: found.map(({ key, ...one }) => ({ ...one, field: fields.get(key) ?? key })), diagnostics };
}

/** A port, and what of it is asked. */
export interface ChosenPort {
  readonly portType: PortType;
  readonly binding: Binding;
  readonly location: string | undefined;
  readonly assertions: ReadonlySet<QName>;
}

function choosePorts(wsdl: Wsdl, source: Source, address: string, diagnostics: Diagnostic[]): ChosenPort[] {
  const { port: wanted, service } = source.options;
  const served = wsdl.ports.filter(port => service === undefined || port.service === service);
  if (service !== undefined && served.length === 0) {
    const names = [...new Set(wsdl.ports.map(port => port.service))];
    diagnostics.push({
      severity: 'error',
      code: 'CONFIG_INVALID_VALUE',
      message: `There is no service "${service}" with a port.${didYouMean(service, names)}`,
      at: [address],
      hint: `Its services: ${names.join(', ') || 'none'}.`,
    });
    return [];
  }
  const ported = served.filter(port => wanted === undefined || port.name === wanted);
  if (wanted !== undefined && ported.length === 0) {
    const names = served.map(port => port.name);
    diagnostics.push({
      severity: 'error',
      code: 'CONFIG_INVALID_VALUE',
      message: `There is no port "${wanted}".${didYouMean(wanted, names)}`,
      at: [address],
      hint: `Its ports: ${names.join(', ') || 'none'}.`,
    });
    return [];
  }
  const overSoap = ported.filter(port => port.binding.version !== undefined);
  const candidates =
    overSoap.length > 0
      ? overSoap
      : wsdl.bindings
          .filter(one => one.version !== undefined)
          .map(binding => ({ binding, location: undefined, assertions: new Set<QName>() }));
  const chosen = new Map<string, ChosenPort>();
  for (const version of ['1.1', '1.2'] as const) {
    for (const { binding, location, assertions } of candidates) {
      if (binding.version !== version || chosen.has(binding.portType)) continue;
      const portType = lookUp(wsdl.portTypes, binding.portType)?.[1];
      if (portType)
        chosen.set(binding.portType, {
          ...{ portType, binding, location },
          assertions: new Set([...binding.assertions, ...assertions]),
        });
      else {
        const message = `The portType ${binding.portType} of the binding ${binding.name} is not defined.`;
        diagnostics.push({ severity: 'warning', code: 'REFERENCE_NOT_FOUND', message, at: [address, binding.name] });
      }
    }
  }
  return [...chosen.values()];
}

interface Matched {
  readonly operation: PortOperation;
  readonly bound: BoundOperation | undefined;
  /** What tells an overloaded operation from the others: its input's name, or its message where that does not. Empty: there are no others. */
  readonly overload: QName;
}

/** Each operation of a portType with the binding's: by name, and where it is overloaded by the names of its messages (WSDL 1.1, 2.5). */
function matched(portType: PortType, binding: Binding): Matched[] {
  const distinct = new Map<string, PortOperation>();
  for (const operation of portType.operations) {
    const key = `${operation.name} ${operation.input?.name ?? ''} ${operation.input?.message ?? ''}`;
    if (!distinct.has(key)) distinct.set(key, operation);
  }
  return [...distinct.values()].map(operation => {
    const overloads = [...distinct.values()].filter(other => other.name === operation.name);
    const named = binding.operations.filter(bound => bound.name === operation.name);
    const [exact, ...more] = named.filter(bound => bound.inputName === operation.input?.name);
    const inTurn = named[overloads.indexOf(operation)] ?? named[0];
    return {
      operation,
      bound: exact && more.length === 0 ? exact : inTurn,
      overload: overloadOf(operation, overloads),
    };
  });
}

function overloadOf({ input }: PortOperation, overloads: readonly PortOperation[]): QName {
  if (overloads.length === 1) return '';
  const isNamed = overloads.filter(other => other.input?.name === input?.name).length === 1;
  return (isNamed && input?.name) || (input?.message ?? '');
}
