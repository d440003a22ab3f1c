/** A number by its digits, where a double would lose some. */
export class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** JSON text of a value that may hold `Digits`. */
export function writeExactly(value: unknown): string {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeExactly).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${writeExactly(member)}`).join(',')}}`;
}

const marker = '\u0000digits';

/** Reads JSON so that numbers of 16 digits and more come as `Digits`. */
export function readExactly(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, token =>
    !token.startsWith('"') && token.replace(/\D/g, '').length >= 16 ? `{${JSON.stringify(marker)}:"${token}"}` : token,
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === 'object' && value !== null && marker in value ? new Digits(String(value[marker])) : value,
  );
}

/** What a reader with doubles sees. */
export function asDoubles(value: unknown): unknown {
  if (value instanceof Digits) return Number(value.text);
  if (Array.isArray(value)) return value.map(asDoubles);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asDoubles(member)]));
}
