import type { BodyModel } from '../model/call.ts';
import { fieldViews, leavesWithin, type Types } from '../model/fields.ts';
import type { ComplexType, ElementField, TypeKey } from '../model/model.ts';
import { localOf, lookUp, namespaceOf, type QName, wsdlNamespace } from '../qname.ts';
import { isWellKnown } from '../well-known/well-known.ts';
import type { TypeCompiler } from '../xsd/type-compiler.ts';
import { attachedField, attachedParts } from './attached-parts.ts';
import { encodingOf } from './encoding-of.ts';
import type { PortedOperation } from './operations.ts';
import type { BoundMessage, MessagePart, Wsdl } from './wsdl.ts';

/** What stands in a body, before it is known how it meets GraphQL: the types are compiled in between. */
export type Body = Omit<BodyModel, 'shape' | 'field'> & {
  /** Are the type's fields the message's parts? */
  readonly parts: boolean;
};

/** A body, or the reason why there is none. */
type BodyOrReason = { readonly body: Body } | { readonly reason: string };

/** The body of an operation's input or output (WSDL 1.1, 3.5). */
export function bodyOf(
  wsdl: Wsdl,
  compiler: TypeCompiler,
  operation: PortedOperation,
  side: 'input' | 'output',
): BodyOrReason {
  const bound = operation.bound?.[side];
  const name = operation.operation[side]?.message ?? '';
  const message = lookUp(wsdl.messages, name)?.[1];
  if (!message) return { reason: name === '' ? `its ${side} names no message` : `its message ${name} is not defined` };
  const use = encodingOf(bound, operation.binding.version ?? '1.1');
  if ('reason' in use) return use;
  const contents = bound?.contents ?? [];
  if ('reason' in contents) return contents;
  const attached = attachedParts(compiler, message, contents);
  if ('reason' in attached) return attached;
  const parts = bodyParts(wsdl, compiler, message, bound, operation.address).filter(
    part => !attached.some(one => one.part === part.name),
  );
  const style = operation.bound?.style ?? operation.binding.style;
  const key = `${side} of ${operation.address}`;
  const more = {
    ...(use.encoding ? { encoded: use.encoding } : {}),
    ...(attached.length > 0 ? { attached } : {}),
  };
  const words = `${operation.operation.name} ${side === 'input' ? 'Input' : 'Response'}`;
  // What is attached to an answer is read as more elements of it; of a request it is arguments.
  const fields = side === 'output' ? attached.map(attachedField) : [];
  if (style === 'rpc') return withMore(rpcBody(compiler, operation, side, { parts, fields, key, words }), more);
  const [only] = parts;
  if (parts.length + fields.length === 0)
    return withMore({ body: { type: compiler.synthetic(key, words, undefined), parts: false } }, more);
  if (only && parts.length + fields.length === 1) {
    const single =
      only.element === undefined
        ? typedBody(compiler, only, key, use.encoding !== undefined)
        : elementBody(compiler, only.element);
    return withMore(single, more);
  }
  const elements: ElementField[] = [];
  for (const part of parts) {
    const root = part.element === undefined ? undefined : compiler.rootElement(part.element);
    if (part.element === undefined || !root) return { reason: `its part "${part.name}" is no element that is defined` };
    elements.push({ ...element, ...root });
  }
  if (use.encoding) return { reason: 'its messages are encoded and of several parts without a wrapper' };
  const content = { kind: 'sequence', items: [...elements, ...fields], optional: false } as const;
  const named = fields.length > 0 ? `${words} Parts` : words;
  return withMore({ body: { type: compiler.synthetic(key, named, content), parts: true } }, more);
}

function withMore(found: BodyOrReason, more: Pick<Body, 'encoded' | 'attached'>): BodyOrReason {
  return 'reason' in found ? found : { body: { ...found.body, ...more } };
}

function bodyParts(
  wsdl: Wsdl,
  compiler: TypeCompiler,
  message: readonly MessagePart[],
  bound: BoundMessage | undefined,
  where: string,
): readonly MessagePart[] {
  const listed = bound?.parts;
  if (listed) {
    const found = message.filter(part => listed.includes(part.name));
    const strange = listed.filter(name => !message.some(part => part.name === name));
    if (strange.length > 0) {
      const names = strange.join(', ');
      const known = message.map(part => part.name).join(', ') || 'none';
      compiler.tell(
        'REFERENCE_NOT_FOUND',
        `Its body is of parts that its message does not have: ${names}. Of: ${known}.`,
        where,
      );
    }
    // A list of which nothing is there is a mistake in it: a body without what the message is for would be another.
    if (found.length > 0 || listed.length === 0) return found;
  }
  const own = bound?.headers.filter(header => lookUp(wsdl.messages, header.message)?.[1] === message) ?? [];
  return message.filter(part => !own.some(header => header.part === part.name));
}

interface Wrapped {
  readonly parts: readonly MessagePart[];
  /** What stands in the wrapper beside the parts. */
  readonly fields: readonly ElementField[];
  readonly key: TypeKey;
  readonly words: string;
}

/** The wrapper of an rpc call, and its accessors, which are in no namespace (WS-I Basic Profile 1.1, R2735). */
function rpcBody(
  compiler: TypeCompiler,
  operation: PortedOperation,
  side: 'input' | 'output',
  { parts, fields: others, key, words }: Wrapped,
): BodyOrReason {
  const fields: ElementField[] = [];
  for (const part of parts) {
    const optional = side === 'output';
    const root = part.element === undefined ? undefined : compiler.rootElement(part.element);
    if (root) fields.push({ ...element, ...root, optional });
    else if (part.type === undefined) return { reason: `its part "${part.name}" has no type, as rpc demands` };
    else {
      const type = compiler.elementType(part.type, `${key}/${part.name}`);
      fields.push({ ...element, namespace: '', local: part.name, type, nillable: false, optional });
    }
  }
  fields.push(...others);
  const content = { kind: 'sequence', items: fields, optional: false } as const;
  const type = compiler.synthetic(key, words, fields.length > 0 ? content : undefined);
  const local = side === 'input' ? operation.operation.name : `${operation.operation.name}Response`;
  // Where the binding does not say it (against WS-I Basic Profile 1.1, R2717) everybody takes the WSDL's own.
  const namespace = operation.bound?.[side]?.namespace ?? namespaceOf(operation.binding.name);
  return { body: { element: { namespace, local, nillable: false }, type, parts: true } };
}

function elementBody(compiler: TypeCompiler, name: QName): BodyOrReason {
  const root = compiler.rootElement(name);
  if (root) {
    const { type, ...element } = root;
    return { body: { element, type, parts: false } };
  }
  const namespace = namespaceOf(name);
  // WSDL's own namespace has no elements of messages: there the name lacks its prefix.
  if (!isWellKnown(namespace) || namespace === wsdlNamespace) return { reason: `its element ${name} is not defined` };
  return { body: { element: { namespace, local: localOf(name), nillable: false }, type: 'XML', parts: false } };
}

/**
 * The content of a type that stands in the body itself (WSDL 1.1, 3.5, document style with a `type` part). Encoded, it is an element that
 * bears the type's name (SOAP 1.1, 5.1, rule 3).
 */
function typedBody(compiler: TypeCompiler, part: MessagePart, key: string, encoded: boolean): BodyOrReason {
  if (part.type === undefined) return { reason: `its part "${part.name}" has neither an element nor a type` };
  const type = compiler.elementType(part.type, `${key}/${part.name}`);
  if (!encoded) return { body: { type, parts: false } };
  const element = { namespace: namespaceOf(part.type), local: localOf(part.type), nillable: false };
  return { body: { element, type, parts: false } };
}

const element = { kind: 'element', field: '', min: 1, max: 1, list: false, optional: false } as const;

/** How an input meets GraphQL (mapping.md B3): its fields are the arguments where the message wraps them. */
export function inputBody(
  types: Types,
  { parts, ...body }: Body,
  operation: string,
  polymorphic: ReadonlySet<TypeKey>,
): BodyModel {
  const type = types[body.type];
  if (type?.kind !== 'complex') return { ...body, shape: 'bare' };
  if (parts || (body.element?.local === operation && isPlain(type))) return { ...body, shape: 'wrapped' };
  return { ...body, shape: !polymorphic.has(body.type) && hasNothing(types, type) ? 'empty' : 'bare' };
}

/** How an output meets GraphQL: what a wrapper of one field holds is the result. */
export function outputBody(types: Types, { parts, ...body }: Body, polymorphic: ReadonlySet<TypeKey>): BodyModel {
  const type = types[body.type];
  if (type?.kind !== 'complex') return { ...body, shape: 'bare' };
  if (polymorphic.has(body.type)) return { ...body, shape: 'bare' };
  if (hasNothing(types, type)) return { ...body, shape: 'empty' };
  const leaves = leavesWithin(types, type);
  const [only] = leaves;
  const unwraps = parts || (type.name === undefined && isPlain(type));
  if (unwraps && leaves.length === 1 && only?.kind === 'element')
    return { ...body, shape: 'wrapped', field: only.field };
  return { ...body, shape: 'bare' };
}

/** A sequence of elements and nothing else. */
function isPlain(type: ComplexType): boolean {
  const { content } = type;
  if (type.attributes.length > 0 || type.value !== undefined || type.text || type.abstract) return false;
  if (type.base !== undefined) return false;
  if (!content || content.kind === 'element') return true;
  return content.kind === 'sequence' && !content.optional && content.items.every(item => item.kind === 'element');
}

function hasNothing(types: Types, type: ComplexType): boolean {
  return fieldViews(types, type).length === 0;
}
