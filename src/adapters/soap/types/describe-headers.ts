import type { Diagnostic } from '../../../base/diagnostic.ts';
import { GatewayError } from '../../../base/error.ts';
import { didYouMean } from '../../../base/suggestion.ts';
import type { Source } from '../../../source/source.ts';
import type { HeaderModel, SentHeader } from '../model/call.ts';
import type { Types } from '../model/fields.ts';
import type { TypeKey } from '../model/model.ts';
import { localOf, qname } from '../qname.ts';
import { encodeHeader } from '../write/encode.ts';
import { checkTemplate, filledHeader, headerTemplate, isConstant, unwrapped } from '../write/header-template.ts';
import { answerHeaderType, declaredBlocks, isNamed, sentHeaders } from '../wsdl/header-blocks.ts';
import type { PortedOperation } from '../wsdl/operations.ts';
import type { Wsdl } from '../wsdl/wsdl.ts';
import type { TypeCompiler } from '../xsd/type-compiler.ts';
import type { RootArgument } from './sdl.ts';
import { inputOf } from './type-references.ts';

interface Declared {
  readonly sent: readonly HeaderModel[];
  readonly answered: readonly HeaderModel[];
}

/** The header blocks of a source's operations: which are declared, what fills them, and what of answers can be asked for. */
export class HeaderDescription {
  readonly diagnostics: Diagnostic[] = [];
  readonly #wsdl: Wsdl;
  readonly #compiler: TypeCompiler;
  readonly #options: Source['options'];
  readonly #address: string;
  readonly #declared = new Map<PortedOperation, Declared>();
  /** Blocks that no binding declares: they go with every operation. */
  #everywhere: readonly SentHeader[] = [];
  #answerType: TypeKey | undefined;

  constructor(wsdl: Wsdl, compiler: TypeCompiler, { options }: Source, address: string) {
    this.#wsdl = wsdl;
    this.#compiler = compiler;
    this.#options = options;
    this.#address = address;
  }

  /** Takes in what an operation declares. */
  add(operation: PortedOperation): void {
    const version = operation.binding.version ?? '1.1';
    const input = declaredBlocks(this.#wsdl, this.#compiler, operation.bound?.input, version);
    const output = declaredBlocks(this.#wsdl, this.#compiler, operation.bound?.output, version);
    this.#declared.set(operation, { sent: input.blocks, answered: output.blocks });
    const unknown = [...new Set([...input.unknown, ...output.unknown])];
    if (unknown.length > 0)
      this.#tell(
        'warning',
        'REFERENCE_NOT_FOUND',
        `Its header parts are not defined: ${unknown.join(', ')}.`,
        operation,
      );
    const filled = [...Object.keys(this.#options.soapHeaders), ...this.#options.headerArguments];
    const idle = input.blocks.filter(block => isNamed(block, filled) === undefined).map(({ local }) => local);
    if (idle.length === 0) return;
    const hint = `"soapHeaders: { ${idle[0]}: … }" fills it, "headerArguments: [${idle[0]}]" makes it an argument.`;
    this.#tell(
      'note',
      'CONSTRUCT_NOT_SUPPORTED',
      `Its headers are not sent, since nothing fills them: ${idle.join(', ')}.`,
      operation,
      hint,
    );
  }

  /** All operations are known: what the configuration names beside their blocks must be an element of the schema. */
  settle(): void {
    const blocks = [...this.#declared.values()];
    const declared = blocks.flatMap(({ sent }) => sent);
    const { soapHeaders, headerArguments } = this.#options;
    const everywhere: SentHeader[] = [];
    for (const name of Object.keys(soapHeaders)) {
      if (declared.some(block => isNamed(block, [name]) !== undefined)) continue;
      const element = this.#compiler.rootElement(name);
      if (element) everywhere.push({ ...element, template: name });
      else this.#unknown('soapHeaders', name, declared);
    }
    for (const name of headerArguments)
      if (!declared.some(block => isNamed(block, [name]) !== undefined))
        this.#unknown('headerArguments', name, declared);
    this.#everywhere = everywhere;
    const answered = blocks.flatMap(one => one.answered);
    const [operation] = this.#declared.keys();
    if (answered.length === 0 || !operation) return;
    const words = `${localOf(operation.binding.portType)} Answer Headers`;
    this.#answerType = answerHeaderType(this.#compiler, words, answered);
  }

  get inputTypes(): readonly TypeKey[] {
    return [...this.#declared.keys()].flatMap(one => this.sent(one).map(({ type }) => type));
  }

  get outputTypes(): readonly TypeKey[] {
    return this.#answerType === undefined ? [] : [this.#answerType];
  }

  /** The type of the header of an operation's answers; undefined where it declares none. */
  answerType(operation: PortedOperation): TypeKey | undefined {
    const answered = this.#declared.get(operation)?.answered ?? [];
    return answered.length > 0 ? this.#answerType : undefined;
  }

  /** The blocks that an operation sends. `taken`: names of its arguments. */
  sent(operation: PortedOperation, taken: readonly string[] = []): readonly SentHeader[] {
    const { soapHeaders, headerArguments } = this.#options;
    const declared = this.#declared.get(operation)?.sent ?? [];
    const used = new Set(taken);
    return sentHeaders(declared, this.#everywhere, Object.keys(soapHeaders), headerArguments).map(block => {
      if (block.argument === undefined) return block;
      let argument = block.argument;
      while (used.has(argument)) argument = `${argument}_header`;
      used.add(argument);
      return { ...block, argument };
    });
  }

  /** What is wrong with the templates, now that types have their names. */
  check(types: Types): void {
    const blocks = new Map(
      [...this.#declared.keys()]
        .flatMap(one => this.sent(one))
        .map(block => [qname(block.namespace, block.local), block]),
    );
    for (const block of blocks.values()) {
      if (block.template === undefined) continue;
      const problems: string[] = [];
      const { value } = headerTemplate(this.#options.soapHeaders[block.template] ?? null, problems);
      checkTemplate(types, block.type, unwrapped(types, block, value), block.template, problems);
      if (problems.length === 0 && isConstant(value))
        problems.push(...refusal(types, block, filledHeader(unwrapped(types, block, value), {})));
      for (const problem of problems) this.#wrong(`soapHeaders: ${problem}.`, block.template);
    }
  }

  #unknown(option: string, name: string, declared: readonly HeaderModel[]): void {
    const known = [...new Set(declared.map(({ local }) => local))];
    const hint = known.length > 0 ? `Its header blocks: ${known.join(', ')}.` : 'It declares no header blocks.';
    const message = `${option}: nothing in the document is called "${name}".${didYouMean(name, known)}`;
    this.diagnostics.push({ severity: 'error', code: 'CONFIG_INVALID_VALUE', message, at: [this.#address], hint });
  }

  #wrong(message: string, template: string): void {
    this.diagnostics.push({ severity: 'error', code: 'CONFIG_INVALID_VALUE', message, at: [this.#address, template] });
  }

  #tell(
    severity: Diagnostic['severity'],
    code: Diagnostic['code'],
    message: string,
    { address }: PortedOperation,
    hint?: string,
  ): void {
    const more = hint === undefined ? {} : { hint };
    this.diagnostics.push({ severity, code, message, at: [this.#address, address], ...more });
  }
}

export function headerArguments(types: Types, sent: readonly SentHeader[]): readonly RootArgument[] {
  return sent.flatMap(({ argument, type, local }) => {
    if (argument === undefined) return [];
    return [{ name: argument, type: inputOf(types, type), description: `The SOAP header block \`${local}\`.` }];
  });
}

function refusal(types: Types, block: SentHeader, value: unknown): readonly string[] {
  if (value === undefined) return [];
  try {
    encodeHeader(types, block, value, block.template ?? '');
    return [];
  } catch (error) {
    if (error instanceof GatewayError) return [error.message.replace(/\.$/, '')];
    throw error;
  }
}
