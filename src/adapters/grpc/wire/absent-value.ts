import type { Member } from '../describe/members.ts';
import { valueNames } from '../describe/names.ts';
import { isImplicit } from '../describe/presence.ts';
import { nullValue } from '../describe/scalar-of.ts';
import { zeroOf } from './scalars.ts';

/** What stands for a singular field that has not come: its default, its zero, or null. */
export function absentValue(field: Member, keepsNonFinite: boolean): unknown {
  if (field.fieldKind !== 'scalar' && field.fieldKind !== 'enum') return null;
  if (field.fieldKind === 'enum') {
    const number = field.getDefaultValue() ?? (isImplicit(field) ? 0 : undefined);
    const value = number === undefined ? undefined : field.enum.value[number];
    return value === undefined || field.enum.typeName === nullValue
      ? null
      : (valueNames(field.enum).get(value.name) ?? null);
  }
  const declared = field.getDefaultValue();
  if (declared === undefined) return isImplicit(field) ? zeroOf(field.scalar) : null;
  if (declared instanceof Uint8Array) return Buffer.from(declared).toString('base64');
  if (typeof declared === 'bigint') return String(declared);
  if (typeof declared === 'number' && typeof zeroOf(field.scalar) === 'string') return String(declared);
  if (typeof declared !== 'number' || Number.isFinite(declared)) return declared;
  return keepsNonFinite ? String(declared) : null;
}
