import { shortHash, suffixed, uniqueNames } from '../../../base/names.ts';
import type { ParameterPlace } from '../call/call.ts';
import type { Parameter } from '../document/operation.ts';
import type { FieldNaming } from '../types/field-naming.ts';

/** In the order in which places keep a name that several want. */
const places: readonly ParameterPlace[] = ['path', 'query', 'querystring', 'header', 'cookie'];

/** mapping: the sanitised name; the same name in two places is told apart by the place, two names in one place as everywhere. */
export function argumentNames(
  parameters: readonly Parameter[],
  naming: FieldNaming,
  report: (message: string) => void,
): Map<Parameter, string> {
  const wanted = new Map(parameters.map(parameter => [parameter, naming(parameter.name)]));
  if (new Set(wanted.values()).size === wanted.size) return wanted;
  const names = toldApart(parameters, naming);
  for (const [parameter, name] of names) {
    const plain = wanted.get(parameter)!;
    if (name === plain || isToldByPlace(parameter, name, plain, parameters)) continue;
    const written = JSON.stringify(parameter.name.slice(0, 100));
    report(
      `Several parameters come to the name ${plain}; the argument of ${written} in the ${parameter.in} is ${name}.`,
    );
  }
  return names;
}

/** One name in several places is what a reader of the document expects to find told apart by them. */
function isToldByPlace(parameter: Parameter, name: string, plain: string, all: readonly Parameter[]): boolean {
  if (name !== suffixed(plain, parameter.in)) return false;
  return all.some(other => other.name === parameter.name && other.in !== parameter.in);
}

function toldApart(parameters: readonly Parameter[], naming: FieldNaming): Map<Parameter, string> {
  const names = new Map<Parameter, string>();
  const taken = new Set<string>();
  for (const place of places) {
    const here = parameters.filter(parameter => parameter.in === place);
    const plain = uniqueNames(
      here.map(({ name }) => name),
      naming,
    );
    const wanted = (parameter: Parameter) => plain.get(parameter.name)!;
    const free = here.filter(parameter => !taken.has(wanted(parameter)));
    for (const parameter of free) names.set(parameter, wanted(parameter));
    for (const parameter of free) taken.add(wanted(parameter));
    for (const parameter of here.filter(each => !names.has(each))) {
      let name = suffixed(wanted(parameter), place);
      for (let salt = `${place} ${parameter.name}`; taken.has(name); salt += '+')
        name = suffixed(wanted(parameter), shortHash(salt));
      names.set(parameter, name);
      taken.add(name);
    }
  }
  return names;
}

/** mapping: the body is `input`, unless a parameter is called so. */
export function bodyName(parameters: ReadonlyMap<Parameter, string>): string {
  const taken = new Set(parameters.values());
  const free = ['input', 'body', 'input_body'].find(name => !taken.has(name));
  if (free !== undefined) return free;
  let name = 'input_body_';
  while (taken.has(name)) name += '_';
  return name;
}
