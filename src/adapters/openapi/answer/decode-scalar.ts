import type { GatewayError } from '../../../base/error.ts';
import type { ScalarShape } from '../call/shape.ts';
import { kindOf, plainJson, scalarText } from './json-text.ts';

/** Makes the error that stands for a value which breaks the contract; the reason is for the log. */
export type Blame = (reason: string) => GatewayError;

export type Decode = (value: unknown, blame: Blame) => unknown;

/** Values of every day are passed on as they are. */
export function scalarDecode(shape: ScalarShape): Decode {
  switch (shape.scalar) {
    case 'Int':
      return (value, blame) =>
        typeof value === 'number' && value === (value | 0) ? value : scalar(shape, value, blame);
    case 'Float':
      return (value, blame) =>
        typeof value === 'number' && Number.isFinite(value) ? value : scalar(shape, value, blame);
    case 'String':
    case 'ID':
      return (value, blame) => (typeof value === 'string' ? value : scalar(shape, value, blame));
    default:
      return (value, blame) => scalar(shape, value, blame);
  }
}

function scalar(shape: ScalarShape, value: unknown, blame: Blame): unknown {
  switch (shape.scalar) {
    case 'JSON':
      return plainJson(value);
    case 'Boolean':
      return typeof value === 'boolean' ? value : blame(`${kindOf(value)} where a boolean was promised`);
    case 'Int': {
      if (kindOf(value) !== 'number') return blame(`${kindOf(value)} where an integer was promised`);
      const number = Number(scalarText(value));
      if (Number.isInteger(number) && number === (number | 0)) return number;
      return blame(
        `${shown(value)} is no integer of 32 bits, and the document does not say int64: \`integers: INT64\` of the source takes it`,
      );
    }
    case 'Float': {
      const number = kindOf(value) === 'number' ? Number(scalarText(value)) : Number.NaN;
      return Number.isFinite(number) ? number : blame(`${kindOf(value)} where a number was promised`);
    }
    case 'Int64': {
      // What a double would not write as it was written came as `NumberText`: of the others, these are the digits.
      const isHuge = typeof value === 'number' && Number.isInteger(value) && Math.abs(value) >= 1e21;
      const text = isHuge ? BigInt(value).toString() : scalarText(value);
      return /^-?\d+$/.test(text) ? text : blame(`${shown(value)} where an integer was promised`);
    }
    case 'Decimal': {
      const text = scalarText(value);
      return text !== '' ? text : blame(`${kindOf(value)} where a decimal number was promised`);
    }
    default:
      return typeof value === 'string' ? value : blame(`${kindOf(value)} where text was promised`);
  }
}

export function shown(value: unknown): string {
  return JSON.stringify(scalarText(value).slice(0, 60));
}
