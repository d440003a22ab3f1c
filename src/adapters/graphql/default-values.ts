import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLSchema,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { Diagnostic } from '../../base/diagnostic.ts';

/**
 * Drops the default values that graphql-js can read and not print: objects and lists of custom scalars. What a client leaves out is left
 * out of the upstream's operation too, so the upstream's own default holds all the same. Changes the schema, which was built for this.
 */
export function dropUnprintableDefaults(schema: GraphQLSchema, address: string): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const [place, input] of inputsOf(schema)) {
    if (input.defaultValue === undefined || isPrintable(input)) continue;
    input.defaultValue = undefined;
    const message = `The default value of "${place}" is left to the server: it is no plain value of its scalar.`;
    diagnostics.push({ severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message, at: [address, place] });
  }
  return diagnostics;
}

function* inputsOf(schema: GraphQLSchema): Generator<[string, GraphQLArgument | GraphQLInputField]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field];
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        for (const argument of field.args) yield [`${type.name}.${field.name}(${argument.name}:)`, argument];
      }
    }
  }
}

function isPrintable({ defaultValue, type }: GraphQLArgument | GraphQLInputField): boolean {
  try {
    astFromValue(defaultValue, type);
    return true;
  } catch {
    return false;
  }
}
