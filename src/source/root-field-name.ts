import { lowerFirst, upperFirst } from '../base/names.ts';

/** The name that a source's root field has in the overlay: `Crm` + `getCustomers` is `crmGetCustomers`. */
export function rootFieldName(prefix: string, own: string): string {
  if (prefix === '') return own;
  return /[_0-9]$/.test(prefix) ? prefix + own : lowerFirst(prefix) + upperFirst(own);
}
