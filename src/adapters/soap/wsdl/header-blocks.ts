import { fieldName } from '../../../base/names.ts';
import type { HeaderModel, SentHeader } from '../model/call.ts';
import type { ElementField, TypeKey } from '../model/model.ts';
import { localOf, lookUp, namespaceOf, type QName, qname, type SoapVersion } from '../qname.ts';
import { isWellKnown } from '../well-known/well-known.ts';
import type { TypeCompiler } from '../xsd/type-compiler.ts';
import { encodingOf } from './encoding-of.ts';
import type { BoundMessage, MessagePart, Wsdl } from './wsdl.ts';

interface DeclaredBlocks {
  readonly blocks: readonly HeaderModel[];
  /** Names of parts of which nothing tells what they are. */
  readonly unknown: readonly string[];
}

/** The header blocks that a binding declares for a message (WSDL 1.1, 3.7). Those of well-known namespaces are made otherwise. */
export function declaredBlocks(
  wsdl: Wsdl,
  compiler: TypeCompiler,
  bound: BoundMessage | undefined,
  version: SoapVersion,
): DeclaredBlocks {
  const blocks = new Map<QName, HeaderModel>();
  const unknown: string[] = [];
  for (const header of bound?.headers ?? []) {
    const part = messageOf(wsdl, compiler, header.message).find(one => one.name === header.part);
    const use = encodingOf(header, version);
    const block =
      part &&
      (part.element === undefined ? typed(compiler, part, header.namespace) : compiler.rootElement(part.element));
    if (block && !('reason' in use)) {
      const { namespace, local, nillable, type } = block;
      const encoded = use.encoding ? { encoded: use.encoding } : {};
      blocks.set(qname(namespace, local), { namespace, local, nillable, type, ...encoded });
    } else if (!isWellKnown(namespaceOf(part?.element ?? ''))) unknown.push(header.part);
  }
  return { blocks: [...blocks.values()], unknown };
}

/**
 * A header's message. spyne says its name in the namespace of the block's type, where there is none: then the only one of that local name is
 * meant, since nothing else can be.
 */
function messageOf(wsdl: Wsdl, compiler: TypeCompiler, name: QName): readonly MessagePart[] {
  const found = lookUp(wsdl.messages, name);
  if (found) return found[1];
  const [other, ...more] = [...wsdl.messages].filter(([key]) => localOf(key) === localOf(name));
  if (!other || more.length > 0) return [];
  const message = `The message ${name} of a header is not defined: ${other[0]} is taken for it.`;
  compiler.tell('REFERENCE_NOT_FOUND', message, name);
  return other[1];
}

function typed(
  compiler: TypeCompiler,
  part: { readonly name: string; readonly type: QName | undefined },
  namespace = '',
) {
  if (part.type === undefined) return undefined;
  const type = compiler.elementType(part.type, `header ${qname(namespace, part.name)}`);
  return { namespace, local: part.name, nillable: false, type };
}

/** Is the block one of those that the configuration names? `local` or `{namespace}local`. */
export function isNamed({ namespace, local }: HeaderModel, names: Iterable<string>): string | undefined {
  for (const name of names) if (name === local || name === qname(namespace, local)) return name;
  return undefined;
}

/** Which blocks an operation sends, and from where; names of arguments are settled later. */
export function sentHeaders(
  declared: readonly HeaderModel[],
  everywhere: readonly SentHeader[],
  templates: readonly string[],
  asArguments: readonly string[],
): readonly SentHeader[] {
  const sent = declared.flatMap((block): SentHeader[] => {
    const template = isNamed(block, templates);
    const isArgument = isNamed(block, asArguments) !== undefined;
    if (template === undefined && !isArgument) return [];
    return [
      {
        ...block,
        ...(template === undefined ? {} : { template }),
        ...(isArgument ? { argument: fieldName(block.local) } : {}),
      },
    ];
  });
  return [
    ...sent,
    ...everywhere.filter(
      block =>
        !isNamed(
          block,
          sent.map(({ local }) => local),
        ),
    ),
  ];
}

/** The type of the headers of a source's answers: a field for each block that any of them may have. */
export function answerHeaderType(compiler: TypeCompiler, words: string, blocks: readonly HeaderModel[]): TypeKey {
  const distinct = new Map(blocks.map(block => [qname(block.namespace, block.local), block] as const));
  const items = [...distinct.values()].map(
    ({ namespace, local, type }): ElementField => ({
      ...{ kind: 'element', field: '', namespace, local, type, nillable: true },
      ...{ min: 0, max: 1, list: false, optional: true },
    }),
  );
  return compiler.synthetic('headers of answers', words, { kind: 'sequence', items, optional: false });
}
