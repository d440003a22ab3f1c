/** Operations of which no request, or no answer, can be made by anybody: their documents leave no value. */
export interface Unmakeable {
  readonly document: RegExp;
  readonly operation: RegExp;
  readonly why: string;
}

export const unmakeable: readonly Unmakeable[] = [
  {
    document: /oai-conformance\/v3\.2-dev\/fail\/path-item-object-conflicting-additional-operation/,
    operation: /^(Query\.getPetsById|Mutation\.postPetsById)$/,
    why: 'what their answers refer to, `#/components/schemas/Pet`, is not in the document',
  },
  {
    document: /readmeio\/3\.1\/schema-types/,
    operation: /^Mutation\.quirks(EntirelyIncompatible|PartiallyUsableIncompatible)AllOf$/,
    why: 'the body is of two types at once by `allOf`',
  },
];
