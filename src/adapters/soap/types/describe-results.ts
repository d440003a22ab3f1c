import { Kind, type TypeDefinitionNode, type TypeNode } from 'graphql';
import { field, named, objectType } from '../../../adapter/definitions.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import { matchesAny } from '../../../base/glob.ts';
import type { Source } from '../../../source/source.ts';
import type { BodyModel, SoapCall } from '../model/call.ts';
import { fieldViews, type Types } from '../model/fields.ts';
import type { ComplexType, TypeKey } from '../model/model.ts';
import type { PortedOperation } from '../wsdl/operations.ts';
import type { TypeCompiler } from '../xsd/type-compiler.ts';
import type { HeaderDescription } from './describe-headers.ts';

/** The field of an answer that holds its header blocks. */
export const headersField = '_headers';

type Answered = Pick<SoapCall, 'answerHeaders' | 'envelope'>;

/**
 * What results have beside what their types say (docs/adr/0013-beside-the-body.md): the field `_headers` on objects that are the whole of an
 * answer, and the objects that `envelope` puts around results.
 */
export class ResultDescription {
  readonly diagnostics: Diagnostic[] = [];
  readonly #compiler: TypeCompiler;
  readonly #headers: HeaderDescription;
  readonly #source: Source;
  readonly #address: string;
  readonly #envelopes = new Map<PortedOperation, TypeKey>();
  /** Names of the types that hold headers, and the type of what they hold. */
  readonly #holders = new Map<string, string>();
  readonly #enveloping = new Map<string, TypeNode>();

  constructor(compiler: TypeCompiler, headers: HeaderDescription, source: Source, address: string) {
    this.#compiler = compiler;
    this.#headers = headers;
    this.#source = source;
    this.#address = address;
  }

  add(operation: PortedOperation): void {
    if (!operation.operation.output || !matchesAny(operation.field, this.#source.options.envelope)) return;
    const key = `answer of ${operation.address}`;
    this.#envelopes.set(operation, this.#compiler.synthetic(key, `${operation.operation.name} Answer`, undefined));
  }

  /** They have no content in the model: they are only names. */
  get types(): readonly TypeKey[] {
    return [...this.#envelopes.values()];
  }

  /** The result of an operation's root field. */
  of(
    operation: PortedOperation,
    output: BodyModel | undefined,
    result: TypeNode,
    types: Types,
  ): Answered & { readonly result: TypeNode } {
    const key = this.#envelopes.get(operation);
    const wrapper = key === undefined ? undefined : (this.#compiler.types.get(key) as ComplexType | undefined); // a synthetic type is one
    const answerHeaders = this.#headers.answerType(operation);
    const envelope = wrapper?.graphql;
    if (envelope !== undefined) this.#enveloping.set(envelope, result);
    const holder = answerHeaders === undefined ? undefined : (envelope ?? this.#holderOf(operation, output, types));
    const held = answerHeaders === undefined ? undefined : types[answerHeaders];
    if (holder !== undefined && held?.kind === 'complex') this.#holders.set(holder, held.graphql);
    return {
      result: envelope === undefined ? result : named(envelope),
      ...(envelope === undefined ? {} : { envelope }),
      ...(holder === undefined || answerHeaders === undefined ? {} : { answerHeaders }),
    };
  }

  definitions(all: ReadonlyMap<string, TypeDefinitionNode>): readonly TypeDefinitionNode[] {
    const envelopes = [...this.#enveloping].map(([name, type]) => objectType(name, [field('value', type)]));
    const known = new Map([...all, ...envelopes.map(one => [one.name.value, one] as const)]);
    const holders = [...this.#holders].flatMap(([name, headers]): TypeDefinitionNode[] => {
      const definition = known.get(name);
      if (definition?.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
      const description = 'The header blocks of this answer, where the object is the whole of one; otherwise null.';
      const own = field(headersField, named(headers), { description });
      return [{ ...definition, fields: [...(definition.fields ?? []), own] }];
    });
    return [...envelopes, ...holders];
  }

  /** The type that a result is an object of; told, and undefined, where there is none that could hold headers. */
  #holderOf(operation: PortedOperation, output: BodyModel | undefined, types: Types): string | undefined {
    const body = output && types[output.type];
    const view =
      output?.shape === 'wrapped' && body?.kind === 'complex'
        ? fieldViews(types, body).find(one => one.name === output.field)
        : undefined;
    const type = view ? types[view.type] : body;
    const isObject =
      type?.kind === 'complex' && output?.shape !== 'empty' && !view?.list && type.interface === undefined;
    if (isObject && !fieldViews(types, type).some(one => one.name === headersField)) return type.graphql;
    this.diagnostics.push({
      severity: 'note',
      code: 'CONSTRUCT_NOT_SUPPORTED',
      message: 'The header blocks of its answer cannot be asked for: the result is no object of its own.',
      at: [this.#address, operation.address],
      hint: `envelope: ["${operation.field}"] gives the result an object around it.`,
    });
    return undefined;
  }
}
