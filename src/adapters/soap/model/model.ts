import type { QName } from '../qname.ts';

/**
 * What the codec walks: XSD types by key, as plain data. A key is a type's QName, or for a type without a name the path to it
 * (`{ns}Order/lines/line`).
 */
export interface Model {
  readonly types: Readonly<Record<TypeKey, TypeModel>>;
}

export type TypeKey = string;
export type TypeModel = SimpleType | ComplexType | SubstitutionType | ArrayType;

/** How a simple type's values are written; the same names as the GraphQL scalars where there is one. */
export type Primitive =
  | 'String'
  | 'Boolean'
  | 'Int'
  | 'Int64'
  | 'BigInt'
  | 'Decimal'
  | 'Float'
  | 'DateTime'
  | 'Date'
  | 'Time'
  | 'Duration'
  | 'Base64'
  | 'HexBinary'
  | 'QName'
  | 'JSON'
  | 'XML';

export interface SimpleType {
  readonly kind: 'simple';
  readonly primitive: Primitive;
  /** `xs:list`: items between spaces. */
  readonly list: boolean;
  /** XSD 1.0 part 2, 4.3.6. */
  readonly whiteSpace: 'preserve' | 'replace' | 'collapse';
  /** An enumeration: [name in GraphQL, lexical value]. */
  readonly values?: readonly (readonly [string, string])[];
  /** Name of the enumeration in GraphQL. */
  readonly graphql?: string;
  /** What its values, or the items of its lists, must be like. */
  readonly facets?: Facets;
  /** Fewest and most items of a list. */
  readonly items?: Facets['length'];
  /** What the whole text of a list must be like. */
  readonly whole?: SimpleType;
  /** Of a union of several kinds, which is read as text: what is written is of one of these. */
  readonly members?: readonly SimpleType[];
  /** Its text is the `cid:` URL of an attachment, which is the value (WS-I Attachments Profile 1.0, 4.4): a file where it is sent. */
  readonly refers?: true;
}

/** What XML Schema demands of values beyond their kind (XSD 1.0 part 2, 4.3), where inputs are held against it. */
export interface Facets {
  /** Characters, or octets of binary values. */
  readonly length?: readonly [least: number, most: number | undefined];
  readonly least?: Bound;
  readonly most?: Bound;
  readonly digits?: number;
  readonly fractionDigits?: number;
  /** In XML Schema's own dialect; of each list one must match. */
  readonly patterns?: readonly (readonly string[])[];
  /** A built-in type whose texts have a form: `NCName`, `gYear`. */
  readonly form?: string;
}

export interface Bound {
  readonly value: string;
  readonly exclusive: boolean;
}

export interface ComplexType {
  readonly kind: 'complex';
  /** Undefined for a type without a name. */
  readonly name?: QName;
  /** Name of its objects in GraphQL. */
  readonly graphql: string;
  /** Name of its inputs in GraphQL. */
  readonly input: string;
  readonly abstract: boolean;
  /** What it extends or restricts, where that is complex too. */
  readonly base?: TypeKey;
  readonly content?: Particle;
  readonly attributes: readonly AttributeField[];
  /** Of simple content: the field `_value` and its type. */
  readonly value?: TypeKey;
  /** Of mixed content: the field `_text`. */
  readonly text: boolean;
  /** Fields of its base that a restriction takes away: always empty, but GraphQL's interfaces want them. */
  readonly absent: readonly LeafField[];
  /** Where values of derived types may stand for it: the concrete types, itself among them unless it is abstract. */
  readonly variants?: readonly Variant[];
  /** Names in GraphQL of the interface, where it is one, and of the input that chooses one of the variants. */
  readonly interface?: string;
  readonly oneOf?: string;
}

interface Variant {
  readonly type: TypeKey;
  /** Its field in the `@oneOf` input. */
  readonly field: string;
}

/** Elements any of which may stand in one place (XSD 1.0 part 1, 2.2.2.2). */
export interface SubstitutionType {
  readonly kind: 'substitution';
  /** The head's type: what GraphQL sees of a result. */
  readonly head: TypeKey;
  /** Name of the `@oneOf` input in GraphQL. */
  readonly oneOf: string;
  readonly members: readonly SubstitutionMember[];
}

interface SubstitutionMember extends Variant {
  readonly namespace: string;
  readonly local: string;
  readonly nillable: boolean;
}

/** An array of SOAP encoding (SOAP 1.1, 5.4.2; SOAP 1.2 part 2, 3.1.6): a list, and of lists where it has several dimensions. */
export interface ArrayType {
  readonly kind: 'array';
  /** Undefined for a type without a name. */
  readonly name?: QName;
  readonly item: TypeKey;
  /** How many dimensions it has. */
  readonly rank: number;
  /** What items are called where we write them; what they are called in an answer means nothing. */
  readonly element: { readonly namespace: string; readonly local: string };
}

export type Particle = ElementField | WildcardField | GroupField | ModelGroup | BaseContent;

export type LeafField = ElementField | WildcardField | GroupField;

export interface ModelGroup {
  readonly kind: 'sequence' | 'choice' | 'all';
  readonly items: readonly Particle[];
  readonly optional: boolean;
}

/** The content of the type that this one extends. */
interface BaseContent {
  readonly kind: 'base';
  readonly type: TypeKey;
}

export interface ElementField {
  readonly kind: 'element';
  /** Its name in GraphQL. */
  readonly field: string;
  readonly namespace: string;
  readonly local: string;
  readonly type: TypeKey;
  readonly min: number;
  /** Absent: unbounded. */
  readonly max?: number;
  readonly nillable: boolean;
  /** May it occur more than once, here or in all? */
  readonly list: boolean;
  /** May an instance of the type be without it: by minOccurs, or as part of a choice or of an optional group? */
  readonly optional: boolean;
  /** What an element without content stands for, and is written where one is needed and none is given. */
  readonly default?: string;
  /** Is `default` the only value? */
  readonly fixed?: true;
  /** Its value is a file that is sent with the operation. Absent: it is as its type says. */
  readonly file?: true;
}

/** `xs:any`: the field `_any`. */
export interface WildcardField extends Wildcard {
  readonly kind: 'any';
  readonly field: string;
  readonly min: number;
  /** Absent: unbounded. */
  readonly max?: number;
}

/** Which namespaces a wildcard stands for (XSD 1.0 part 1, 3.10.1); `''` is none. Absent: every one. */
export interface Wildcard {
  readonly only?: readonly string[];
  readonly but?: readonly string[];
}

/** A group of several elements that repeats as a whole: a list of an own type. */
export interface GroupField {
  readonly kind: 'group';
  readonly field: string;
  readonly type: TypeKey;
  readonly min: number;
  /** Absent: unbounded. */
  readonly max?: number;
  readonly optional: boolean;
}

export interface AttributeField {
  readonly field: string;
  readonly namespace: string;
  readonly local: string;
  readonly type: TypeKey;
  readonly required: boolean;
  readonly default?: string;
  /** Is `default` the only value? */
  readonly fixed?: true;
}

/** The key of what is kept as the XML it is. */
export const anyXml: TypeKey = 'XML';

/** A complex type without content. */
export const emptyComplex: ComplexType = {
  kind: 'complex',
  graphql: '',
  input: '',
  abstract: false,
  attributes: [],
  text: false,
  absent: [],
};
