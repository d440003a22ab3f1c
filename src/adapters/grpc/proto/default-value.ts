import { fromText } from '@bufbuild/protobuf/txtpb';
import { BytesValueSchema, StringValueSchema, FieldDescriptorProto_Type as Type } from '@bufbuild/protobuf/wkt';
import { integerOf } from './cursor.ts';
import { SyntaxFault } from './syntax-fault.ts';

/** A `default` as FieldDescriptorProto.default_value has it: strings unescaped, bytes C-escaped, numbers in decimal. */
export function defaultValueOf(written: string, type: Type, line: number): string {
  if (type === Type.STRING) return stringOf(written, line);
  if (type === Type.BYTES) {
    return [...understood(() => fromText(BytesValueSchema, `value: ${written}`).value, line)].map(escaped).join('');
  }
  const digits = written.replace(/^-/, '');
  const integer = type === Type.DOUBLE || type === Type.FLOAT ? undefined : integerOf(digits);
  if (integer !== undefined) return String(written.startsWith('-') ? -integer : integer);
  if (type !== Type.DOUBLE && type !== Type.FLOAT) return written;
  if (/^(inf|nan)/i.test(digits)) return written.toLowerCase().replace('infinity', 'inf');
  return floatText(Number(written.replace(/[fF]$/, '')), type === Type.FLOAT);
}

/** As protoc prints it: `%.6g` of a float and `%.15g` of a double, with more digits where those are another number. */
function floatText(value: number, isFloat: boolean): string {
  if (!isFloat) {
    const short = general(value, 15);
    return Number(short) === value ? short : general(value, 17);
  }
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single < 0 ? '-inf' : 'inf';
  const short = general(single, 6);
  return Math.fround(Number(short)) === single ? short : general(single, 9);
}

/** C's `%.*g`. */
function general(value: number, digits: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa = '', power = ''] = value.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  const bare = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (exponent >= -4 && exponent < digits) return bare(value.toFixed(digits - 1 - exponent));
  return `${bare(mantissa)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** The text that string literals stand for. */
export function stringOf(literals: string, line: number): string {
  return understood(() => fromText(StringValueSchema, `value: ${literals}`).value, line);
}

function understood<T>(read: () => T, line: number): T {
  try {
    return read();
  } catch (error) {
    throw new SyntaxFault(error instanceof Error ? error.message : String(error), { line, column: 1 });
  }
}

function escaped(byte: number): string {
  const short = shortEscapes.get(byte);
  if (short !== undefined) return short;
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
}

const shortEscapes: ReadonlyMap<number, string> = new Map([
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x22, '\\"'],
  [0x27, "\\'"],
  [0x5c, '\\\\'],
]);
