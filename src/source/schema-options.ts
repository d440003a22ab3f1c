/** OpenAPI: how the document's schemas are taken, where its maker does not keep to them. */
export interface SchemaOptions {
  /**
   * What an integer without a format is: `Int` unless its bounds leave 32 bits (`DECLARED`), or always `Int64`. Default `DECLARED`.
   */
  readonly integers: 'DECLARED' | 'INT64';
  /** Are required values of answers promised (`SPEC`), or may any be missing (`LENIENT`)? Default `SPEC`. */
  readonly nullability: 'SPEC' | 'LENIENT';
  /** Are enums GraphQL enums (`CLOSED`), or texts, since values are added to them (`OPEN`)? Default `CLOSED`. */
  readonly enums: 'CLOSED' | 'OPEN';
  /** Objects with properties and a stated `additionalProperties`: do they have `_additional` (`FIELD`) or not (`NONE`)? Default `FIELD`. */
  readonly additional: 'FIELD' | 'NONE';
  /** Are arguments held against what the document demands of them, before anything is sent? Default `CHECK`. */
  readonly constraints: 'CHECK' | 'OFF';
  /** Are fields and arguments called as the document writes them, as far as GraphQL can (`WRITTEN`), or in camel case (`CAMEL`)? Default `WRITTEN`. */
  readonly naming: 'WRITTEN' | 'CAMEL';
  /** Lists of scalars in `deepObject` parameters: `a[b]=1&a[b]=2`, `a[b][]=1` or `a[b][0]=1`; the specification leaves it open. Default `REPEAT`. */
  readonly deepLists: 'REPEAT' | 'BRACKETS' | 'INDICES';
}

export const defaultSchemaOptions: SchemaOptions = {
  integers: 'DECLARED',
  nullability: 'SPEC',
  enums: 'CLOSED',
  additional: 'FIELD',
  constraints: 'CHECK',
  naming: 'WRITTEN',
  deepLists: 'REPEAT',
};
