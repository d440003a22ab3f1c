import type { CallBody, CallParameter } from './call.ts';
import type { TypeShape } from './shape.ts';

/**
 * Where the gateway's own address is written into the operation that asks for callbacks: the way through its arguments. Undefined where the
 * expression is not one that names a part of the request and nothing else (OpenAPI 3.2, 4.18.1 and 4.20), or names what no argument is.
 */
export function callbackPlace(
  expression: string,
  parameters: readonly CallParameter[],
  body: CallBody | undefined,
  typeNamed: (name: string) => TypeShape | undefined,
): readonly string[] | undefined {
  const plain = /^\{([^{}]*)\}$/.exec(expression)?.[1] ?? expression;
  const parameter = /^\$request\.(query|header|path|cookie)\.(.+)$/.exec(plain);
  if (parameter) {
    const [, place, name = ''] = parameter;
    const isNamed = (other: string) =>
      place === 'header' ? other.toLowerCase() === name.toLowerCase() : other === name;
    const found = parameters.find(each => each.in === place && isNamed(each.name));
    return found && [found.argument];
  }
  const pointer = /^\$request\.body#(\/.*)$/.exec(plain)?.[1];
  if (pointer === undefined || !body) return undefined;
  const names = [body.argument];
  let { shape } = body;
  for (const token of pointer.slice(1).split('/')) {
    const wire = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const type = shape.kind === 'type' ? typeNamed(shape.name) : undefined;
    const field = type?.kind === 'object' ? type.fields.find(each => each.wire === wire) : undefined;
    if (!field) return undefined;
    names.push(field.name);
    shape = field.shape;
  }
  return names;
}

type Args = Readonly<Record<string, unknown>>;

/** The arguments with the text at the place, whatever stood there. */
export function withTextAt(args: Args, place: readonly string[], text: string): Args {
  const [name = '', ...deeper] = place;
  const inner = Object.hasOwn(args, name) ? args[name] : undefined;
  const written = deeper.length === 0 ? text : withTextAt(isArgs(inner) ? inner : {}, deeper, text);
  return Object.assign(Object.create(null), args, { [name]: written });
}

function isArgs(value: unknown): value is Args {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
