import { GraphQLError, isEnumType } from 'graphql';
import { GatewayError } from '../base/error.ts';
import type { LeafOutput } from './plan.ts';
import { jsonString } from './writer/json-string.ts';

/** How values of a leaf become JSON. Neither is ever given null, undefined or an Error. */
export interface Leaf {
  /** JSON text. Throws where the value is none of the type's (GraphQL October 2021, 3.5 and 3.9, Result Coercion). */
  text(value: unknown): string;
  /** Would `text` give a text? */
  readonly sound: (value: unknown) => boolean;
}

export function leafOf(output: LeafOutput): Leaf {
  const { values } = output;
  if (isEnumType(output.type) && values) return enumLeaf(output, values);
  const text = serialised(output);
  const quick = quickly[output.type.name];
  return {
    text: quick ? value => (quick(value) ? plainText(value) : text(value)) : text,
    sound: quick ? value => quick(value) || succeeds(text, value) : value => succeeds(text, value),
  };
}

/** Values that serialising leaves as they are. GraphQL's own names cannot be any other type's (October 2021, 3.5). */
const quickly: Readonly<Record<string, (value: unknown) => boolean>> = Object.assign(Object.create(null), {
  String: isText,
  ID: isText,
  Boolean: (value: unknown) => typeof value === 'boolean',
  Int: (value: unknown) => typeof value === 'number' && value === (value | 0),
  Float: (value: unknown) => typeof value === 'number' && Number.isFinite(value),
});

function plainText(value: unknown): string {
  return typeof value === 'string' ? jsonString(value) : `${value}`; // a number or a boolean
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function serialised({ type }: LeafOutput): (value: unknown) => string {
  return value => {
    const serial: unknown = type.serialize(value);
    if (serial === null || serial === undefined)
      throw new Error(`Expected \`${type.name}.serialize(…)\` to return non-nullable value, returned: ${serial}`);
    return JSON.stringify(serial) ?? 'null'; // a function, say: JSON has nothing for it
  };
}

function enumLeaf({ type, hidden }: LeafOutput, values: ReadonlyMap<string, string>): Leaf {
  const texts = new Map<unknown, string>([...values].map(([own, shown]) => [own, JSON.stringify(shown)]));
  return {
    text(value) {
      const text = texts.get(value);
      if (text !== undefined) return text;
      if (typeof value === 'string' && hidden?.has(value))
        throw new GatewayError('UPSTREAM_MALFORMED', 'The backend answered with a value of an unknown kind.');
      throw new GraphQLError(`Enum "${type.name}" cannot represent the backend's value.`);
    },
    sound: value => texts.has(value),
  };
}

function succeeds(text: (value: unknown) => string, value: unknown): boolean {
  try {
    text(value);
    return true;
  } catch {
    return false;
  }
}
