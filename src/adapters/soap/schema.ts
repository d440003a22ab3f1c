import type { TypeNode } from 'graphql';
import type { Description } from '../../adapter/adapter.ts';
import { named, nonNull } from '../../adapter/definitions.ts';
import { type Checked, unlessErrors } from '../../base/checked.ts';
import { type Coordinate, coordinate } from '../../base/coordinate.ts';
import type { Diagnostic } from '../../base/diagnostic.ts';
import { isError } from '../../base/diagnostic.ts';
import { matchesAny } from '../../base/glob.ts';
import { overlaidKind } from '../../source/operation-kind.ts';
import type { Source } from '../../source/source.ts';
import type { SoapDocument } from './load.ts';
import type { BodyModel, HeaderModel, SoapCall } from './model/call.ts';
import { fieldViews, type Types } from './model/fields.ts';
import type { Model, TypeKey } from './model/model.ts';
import { textType } from './qname.ts';
import { attachedArguments, attachedTypes, attaches, unsignedAttachments } from './types/describe-attached.ts';
import { HeaderDescription, headerArguments } from './types/describe-headers.ts';
import { ResultDescription } from './types/describe-results.ts';
import { type RootArgument, type RootField, typeDefinitions } from './types/sdl.ts';
import { fieldInput, fieldOutput, inputOf, outputOf } from './types/type-references.ts';
import { addressingOf } from './wsdl/addressing-of.ts';
import { declaredFaults } from './wsdl/declared-faults.ts';
import { type Body, bodyOf, inputBody, outputBody } from './wsdl/messages.ts';
import { guessedKind } from './wsdl/operation-kind.ts';
import { chooseOperations, type PortedOperation } from './wsdl/operations.ts';
import { requiredSecurity } from './wsdl/required-security.ts';
import { readWsdl, type Wsdl } from './wsdl/wsdl.ts';
import { Components } from './xsd/components.ts';
import { loosenEncoded } from './xsd/loosen-encoded.ts';
import { TypeCompiler } from './xsd/type-compiler.ts';
import { nameTypes, reachable } from './xsd/type-names.ts';

/** From WSDL to GraphQL (mapping.md B3): every operation of the chosen ports becomes a root field or has a diagnostic. */
export function describe(document: SoapDocument, source: Source): Checked<Description<SoapCall, Model>> {
  const wsdl = readWsdl(document);
  const compiler = new TypeCompiler(new Components(document.schemas), document.address, source.options.mtom);
  const { operations, diagnostics: choice } = chooseOperations(wsdl, source, document.address);
  if (choice.some(isError)) return { ok: false, diagnostics: choice };
  const diagnostics: Diagnostic[] = [...choice];
  const assertions = new Set(operations.flatMap(operation => [...operation.assertions]));
  diagnostics.push(...requiredSecurity(assertions, source, [document.address]));
  const understood: Understood[] = [];
  const headers = new HeaderDescription(wsdl, compiler, source, document.address);
  for (const operation of operations) {
    const understanding = understand(wsdl, compiler, operation, source);
    if ('diagnostic' in understanding) {
      diagnostics.push({ ...understanding.diagnostic, at: [document.address, operation.address] });
    } else {
      understood.push(understanding);
      headers.add(operation);
    }
  }
  headers.settle();
  const faults = new Map(
    understood.map(({ operation }) => [operation, exposedFaults(wsdl, compiler, operation, source)] as const),
  );
  const faultTypes = [...faults.values()].flatMap(declared => declared.map(({ type }) => type));
  compiler.finish();
  const bodies = understood.flatMap(({ input, output }) => (output ? [input, output] : [input]));
  const typesOf = (encoded: boolean) => bodies.filter(body => (body.encoded !== undefined) === encoded);
  loosenEncoded(
    compiler,
    typesOf(true).map(body => body.type),
    typesOf(false).map(body => body.type),
  );
  const compiled = Object.fromEntries(compiler.types) as Types; // drafts are models that may still change
  const shaped = understood.map(one => shape(compiled, one, compiler.polymorphic));
  const results = new ResultDescription(compiler, headers, source, document.address);
  for (const { operation } of shaped) results.add(operation);
  const outputs = reachable(compiler.types, compiler, [
    ...shaped.flatMap(one => (one.output ? usedTypes(compiled, one.output) : [])),
    ...headers.outputTypes,
    ...results.types,
    ...faultTypes,
  ]);
  const inputs = reachable(compiler.types, compiler, [
    ...shaped.flatMap(one => usedTypes(compiled, one.input)),
    ...headers.inputTypes,
  ]);
  const naming = nameTypes(compiler, wsdl.targetNamespace, outputs, inputs, document.address);
  const types = neededTypes(compiler, shaped, [...headers.inputTypes, ...headers.outputTypes, ...faultTypes]);
  headers.check(types);
  const calls: Record<Coordinate, SoapCall> = Object.create(null);
  const roots: RootField[] = [];
  for (const one of shaped) {
    const { root, call, guess } = rootOf(types, one, source, compiler.documentation);
    const sent = headers.sent(
      one.operation,
      root.arguments.map(argument => argument.name),
    );
    const typesOfBlocks = sent.map(({ type }) => type);
    const { result, ...answered } = results.of(one.operation, one.output, root.result, types);
    roots.push({ ...root, arguments: [...root.arguments, ...headerArguments(types, sent)], result });
    calls[coordinate(root.kind, root.name)] = {
      ...call,
      ...(sent.length > 0 ? { headers: sent } : {}),
      ...(attaches(compiler, one.input, typesOfBlocks) ? { attaches: true } : {}),
      ...faultsOf(faults.get(one.operation)),
      ...answered,
    };
    if (guess) diagnostics.push({ ...guess, at: [document.address, one.operation.address] });
  }
  const typeDefs = typeDefinitions(roots, types, compiler.documentation, results);
  if (typeDefs.definitions.length > manyTypes) {
    const message = `The schema has ${typeDefs.definitions.length} types.`;
    const hint = 'Choose the operations that are needed with "operations: { include: [...] }".';
    diagnostics.push({ severity: 'warning', code: 'TYPES_MANY', message, at: [document.address], hint });
  }
  const blueprint = { typeDefs, calls, model: { types } };
  const counts = { total: operations.length, imported: roots.length };
  const open = compiler.openAttributes(key => Object.hasOwn(types, key));
  const all = [
    ...diagnostics,
    ...headers.diagnostics,
    ...results.diagnostics,
    ...compiler.diagnostics,
    ...naming,
    ...open,
    ...unsignedAttachments(Object.values(calls), source, document.address),
  ];
  return unlessErrors({ blueprint, operations: counts }, all);
}

const manyTypes = 3_000;

/** What of faults the source exposes: nothing is read that nobody sees. */
function exposedFaults(wsdl: Wsdl, compiler: TypeCompiler, operation: PortedOperation, { options }: Source) {
  return options.exposeErrors === 'BODY' ? declaredFaults(wsdl, compiler, operation) : [];
}

function faultsOf(declared: readonly HeaderModel[] = []): Pick<SoapCall, 'faults'> {
  return declared.length > 0 ? { faults: declared } : {};
}

interface Understood {
  readonly operation: PortedOperation;
  readonly input: Body;
  readonly output: Body | undefined;
}

type Refusal = { readonly diagnostic: Omit<Diagnostic, 'at'> };

function understand(
  wsdl: Wsdl,
  compiler: TypeCompiler,
  operation: PortedOperation,
  source: Source,
): Understood | Refusal {
  const { include, exclude } = source.options.operations;
  if (!matchesAny(operation.field, include) || matchesAny(operation.field, exclude)) {
    const message = `${operation.field} is left out, as the configuration says.`;
    return { diagnostic: { severity: 'note', code: 'OPERATION_EXCLUDED', message } };
  }
  const refuse = (reason: string): Refusal => {
    const message = `The operation is left out: ${reason}.`;
    return { diagnostic: { severity: 'warning', code: 'OPERATION_NOT_SUPPORTED', message } };
  };
  if (!operation.bound) return refuse('the binding does not have it');
  const { input: asked, output: answered, outputFirst } = operation.operation;
  if (!asked && !answered) return refuse('it has neither an input nor an output');
  if (!asked || outputFirst) return refuse('the server speaks first in it');
  const input = bodyOf(wsdl, compiler, operation, 'input');
  if ('reason' in input) return refuse(input.reason);
  if (!operation.operation.output) return { operation, input: input.body, output: undefined };
  const output = bodyOf(wsdl, compiler, operation, 'output');
  if ('reason' in output) return refuse(output.reason);
  return { operation, input: input.body, output: output.body };
}

interface Shaped {
  readonly operation: PortedOperation;
  readonly input: BodyModel;
  readonly output: BodyModel | undefined;
}

function shape(types: Types, { operation, input, output }: Understood, polymorphic: ReadonlySet<TypeKey>): Shaped {
  return {
    operation,
    input: inputBody(types, input, operation.operation.name, polymorphic),
    output: output && outputBody(types, output, polymorphic),
  };
}

/** The types that GraphQL sees of a body: those of a wrapper's fields, not the wrapper itself. */
function usedTypes(types: Types, body: BodyModel): readonly TypeKey[] {
  const attached = attachedTypes(body);
  if (body.shape !== 'wrapped') return [body.type, ...attached];
  const type = types[body.type];
  return type?.kind === 'complex' ? [...fieldViews(types, type).map(view => view.type), ...attached] : attached;
}

/** The model's types: those that calls lead to, wrappers included. */
function neededTypes(compiler: TypeCompiler, shaped: readonly Shaped[], headers: readonly TypeKey[]): Types {
  const bodies = shaped.flatMap(({ input, output }) => [
    ...[input.type, ...attachedTypes(input)],
    ...(output ? [output.type] : []),
  ]);
  const needed = reachable(compiler.types, compiler, [textType, ...bodies, ...headers, ...absentTypes(compiler)]);
  const types: Record<TypeKey, Types[string]> = Object.create(null);
  for (const [key, type] of compiler.types) if (needed.has(key)) types[key] = type;
  return types;
}

function absentTypes(compiler: TypeCompiler): TypeKey[] {
  return [...compiler.types.values()].flatMap(type =>
    type.kind === 'complex' ? type.absent.flatMap(leaf => (leaf.kind === 'any' ? [] : [leaf.type])) : [],
  );
}

function rootOf(
  types: Types,
  { operation, input: body, output }: Shaped,
  source: Source,
  documentation: ReadonlyMap<string, string>,
) {
  const { binding, bound, field: name } = operation;
  const { queries, mutations } = source.options;
  const configured = matchesAny(name, mutations) ? 'Mutation' : matchesAny(name, queries) ? 'Query' : undefined;
  const told = overlaidKind(source, name) ?? configured;
  const kind = told ?? guessedKind(operation.operation.name);
  const guess: Omit<Diagnostic, 'at'> | undefined = told
    ? undefined
    : {
        severity: 'note',
        code: 'OPERATION_KIND_GUESSED',
        message: `${name} is taken for a ${kind === 'Query' ? 'query' : 'mutation'}, by its name.`,
        hint: 'WSDL does not say it; "queries" and "mutations" in the configuration do, and @operation in the overlay.',
      };
  const own = argumentsOf(types, body, documentation);
  const { input, further } = attachedArguments(
    types,
    body,
    own.map(argument => argument.name),
  );
  const root: RootField = {
    kind,
    name,
    description: operation.operation.documentation,
    arguments: [...own, ...further],
    result: resultOf(types, output),
  };
  const addressing = addressingOf(operation, source.options.addressing);
  const call: SoapCall = {
    operation: name,
    version: binding.version ?? '1.1',
    style: bound?.style ?? binding.style,
    soapAction: bound?.soapAction || (addressing?.action ?? ''),
    ...(addressing ? { addressing } : {}),
    ...(operation.location === undefined ? {} : { endpoint: operation.location }),
    input,
    ...(output ? { output } : {}),
  };
  return { root, call, guess };
}

function argumentsOf(types: Types, input: BodyModel, documentation: ReadonlyMap<string, string>): RootArgument[] {
  if (input.shape === 'empty') return [];
  const type = types[input.type];
  if (input.shape === 'wrapped' && type?.kind === 'complex') {
    return fieldViews(types, type).map(view => ({
      name: view.name,
      type: fieldInput(types, view),
      description: documentation.get(`${input.type} ${view.name}`),
    }));
  }
  const given = inputOf(types, input.type);
  const nullable = input.element?.nillable === true;
  return [{ name: 'input', type: nullable ? given : nonNull(given), description: undefined }];
}

/** Root fields are nullable: one call that fails does not take the others' results away. */
function resultOf(types: Types, output: BodyModel | undefined): TypeNode {
  if (!output || output.shape === 'empty') return named('Boolean');
  const type = types[output.type];
  if (output.shape === 'wrapped' && type?.kind === 'complex') {
    const view = fieldViews(types, type).find(one => one.name === output.field);
    if (view) return fieldOutput(types, { ...view, nonNull: false });
  }
  return outputOf(types, output.type);
}
