import { defaultSchemaOptions } from '../../source/schema-options.ts';
import { oneOf } from '../leaves.ts';

/** How an OpenAPI source's schemas are taken: keys of the source itself. */
export const schemaShape = {
  integers: oneOf(['DECLARED', 'INT64']).default(defaultSchemaOptions.integers),
  nullability: oneOf(['SPEC', 'LENIENT']).default(defaultSchemaOptions.nullability),
  enums: oneOf(['CLOSED', 'OPEN']).default(defaultSchemaOptions.enums),
  additional: oneOf(['FIELD', 'NONE']).default(defaultSchemaOptions.additional),
  constraints: oneOf(['CHECK', 'OFF']).default(defaultSchemaOptions.constraints),
  naming: oneOf(['WRITTEN', 'CAMEL']).default(defaultSchemaOptions.naming),
  deepLists: oneOf(['REPEAT', 'BRACKETS', 'INDICES']).default(defaultSchemaOptions.deepLists),
};
