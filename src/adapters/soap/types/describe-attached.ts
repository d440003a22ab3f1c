import { named, nonNull } from '../../../adapter/definitions.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { fieldName } from '../../../base/names.ts';
import type { Source } from '../../../source/source.ts';
import type { AttachedPart, BodyModel, SoapCall } from '../model/call.ts';
import type { Types } from '../model/fields.ts';
import type { TypeKey } from '../model/model.ts';
import { swaRef } from '../qname.ts';
import type { TypeCompiler } from '../xsd/type-compiler.ts';
import { reachable } from '../xsd/type-names.ts';
import type { RootArgument } from './sdl.ts';
import { inputOf } from './type-references.ts';

/** A request's attachments as arguments beside those of its body, whose names are `taken`. WSDL has no parts that may be left out. */
export function attachedArguments(
  types: Types,
  input: BodyModel,
  taken: readonly string[],
): { readonly input: BodyModel; readonly further: readonly RootArgument[] } {
  if (!input.attached) return { input, further: [] };
  const used = new Set(taken);
  const attached = input.attached.map(part => {
    let argument = fieldName(part.part);
    while (used.has(argument)) argument = `${argument}_attachment`;
    used.add(argument);
    return { ...part, argument };
  });
  return { input: { ...input, attached }, further: attached.map(part => argumentOf(types, part)) };
}

function argumentOf(
  types: Types,
  { part, holds, media, type, element, argument }: AttachedPart & { argument: string },
) {
  const given = holds === 'file' ? named('File') : inputOf(types, type);
  return {
    name: argument,
    type: element?.nillable ? given : nonNull(given),
    description: `The attachment \`${part}\`: ${media.join(', ')}.`,
  };
}

/** The types of what a request attaches; what an answer does is among the fields of its type. */
export function attachedTypes({ attached = [] }: BodyModel): readonly TypeKey[] {
  return attached.map(({ type }) => type);
}

/** May a request have attachments, beside those of MTOM? `headers`: types of the blocks that it may send. */
export function attaches(compiler: TypeCompiler, { attached, type }: BodyModel, headers: readonly TypeKey[]): boolean {
  if (attached) return true;
  return compiler.types.has(swaRef) && reachable(compiler.types, compiler, [type, ...headers]).has(swaRef);
}

/** A signature is of the envelope alone (SOAP Messages with Attachments Profile 1.1 would sign what is beside it, too). */
export function unsignedAttachments(calls: Iterable<SoapCall>, { options }: Source, address: string): Diagnostic[] {
  const { credential } = options;
  if (!credential || !('wsse' in credential) || credential.wsse.cert === undefined) return [];
  const names = [...calls].filter(call => call.attaches).map(call => call.operation);
  if (names.length === 0) return [];
  const message = `What is attached to messages is not signed with them: of ${names.join(', ')}.`;
  return [{ severity: 'warning', code: 'CONSTRUCT_NOT_SUPPORTED', message, at: [address] }];
}
