/**
 * How a GraphQL value and a JSON value correspond: plain data that the blueprint carries and the codec walks. One shape is both the
 * GraphQL type of a field and the way its value stands on the wire.
 */
export type Shape = ScalarShape | NamedShape | ListShape | MapShape;

/** Which way values go: a backend's answers, or a client's arguments. */
export type Direction = 'output' | 'input';

interface Demands {
  /** The document promises a value, or demands one. */
  readonly nonNull?: true;
  /** Of inputs: what the document demands of a value beyond its type. */
  readonly constraints?: Constraints;
}

/** What JSON Schema Validation, 6, demands of values; of a value of another kind than a keyword speaks of, it demands nothing. */
export interface Constraints {
  /** Characters of a text. */
  readonly length?: Range;
  /** Items of a list. */
  readonly items?: Range;
  readonly unique?: true;
  /** Members of an object, entries of a map. */
  readonly members?: Range;
  /** Each of them is found in the text; all of them are patterns that `linearPattern` takes. */
  readonly patterns?: readonly string[];
  readonly least?: Bound;
  readonly most?: Bound;
  readonly multiplesOf?: readonly string[];
  /** The only values. */
  readonly values?: readonly (string | number | boolean)[];
}

/** Both inclusive. */
export type Range = readonly [least: number, most?: number];

/** A number as it is written, so that no digit is lost. */
export interface Bound {
  readonly value: string;
  readonly exclusive?: true;
}

export interface ScalarShape extends Demands {
  readonly kind: 'scalar';
  /** A built-in scalar or one of `adapter/scalars.ts`. */
  readonly scalar: string;
  /** How the value stands on the wire where the scalar leaves that open (Int64, Decimal). */
  readonly wire?: 'number' | 'string';
  /** JSON: does the document leave the type open? Otherwise it has a type that GraphQL cannot express. */
  readonly open?: boolean;
}

/** A type of the model. */
interface NamedShape extends Demands {
  readonly kind: 'type';
  readonly name: string;
}

interface ListShape extends Demands {
  readonly kind: 'list';
  readonly of: Shape;
}

/** A JSON object whose keys are data: a list of entries in GraphQL. */
interface MapShape extends Demands {
  readonly kind: 'map';
  /** The type of an entry: `{ key value }`. */
  readonly entry: string;
  readonly value: Shape;
}

export type TypeShape = ObjectShape | EnumShape | UnionShape | OneOfShape;

/** A type of the model, or one that is no type of GraphQL, but told apart where it stands in XML. */
export type XmlType = TypeShape | TupleShape;

export interface ObjectShape {
  readonly kind: 'object';
  readonly fields: readonly FieldShape[];
  /** Where the properties go that the document allows but does not name. `xml`: of each of them. */
  readonly additional?: { readonly name: string; readonly shape: Shape; readonly xml?: XmlNode };
  /** Fields that no body holds: what one has under these names is nothing of theirs. */
  readonly ours?: readonly string[];
}

export interface FieldShape {
  readonly name: string;
  readonly wire: string;
  readonly shape: Shape;
  /** Where the document says something of it. */
  readonly xml?: XmlNode;
}

/** How a value stands in XML (OpenAPI 3.2, 4.26). */
export interface XmlNode {
  /** `none`: nothing stands around what is in it. Default: an element. */
  readonly node?: 'attribute' | 'text' | 'cdata' | 'none';
  /** Default: the property's name. */
  readonly name?: string;
  readonly namespace?: string;
  readonly prefix?: string;
  /** Of a list: an element stands around its items. Otherwise they stand where the list does. Of anything else: around its own element, `item`. */
  readonly wrapped?: true;
  /** Of a list: each of its items, whose name is the list's by default. */
  readonly item?: XmlNode;
  /** Of a map: each of its values, whose key is its name. */
  readonly values?: XmlNode;
  /** Of a list whose places are each of their own: the name of its `TupleShape`. */
  readonly tuple?: string;
}

/** What stands in a list in XML: its places in their order, called as the list by default, and what follows them. */
export interface TupleShape {
  readonly kind: 'tuple';
  readonly places: readonly XmlPlace[];
  readonly rest?: XmlPlace;
}

/** A value that is JSON to GraphQL. */
export interface XmlPlace {
  /** Its named types are among the model's `places`. */
  readonly shape: Shape;
  readonly xml?: XmlNode;
}

export interface EnumShape {
  readonly kind: 'enum';
  /** Name in GraphQL, text on the wire. */
  readonly values: readonly (readonly [name: string, wire: string])[];
}

/** A value of one of several types, told apart by what it looks like. */
export interface UnionShape {
  readonly kind: 'union';
  readonly members: readonly UnionMember[];
  readonly discriminator?: Discriminator;
  /** Those of unions that this one has among its members: what they do not map, they say nothing of. */
  readonly inner?: readonly Discriminator[];
  /** The member for an object that no other fits. */
  readonly otherwise?: string;
}

/** `any`: whatever no other member is. */
export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'any';

export interface UnionMember {
  readonly type: string;
  readonly json: JsonKind;
  /** The member is an object in GraphQL alone: the value itself stands in this field. */
  readonly boxed?: FieldShape;
  readonly properties: readonly string[];
  readonly required: readonly string[];
  /** Properties that can only have these values. */
  readonly tags: readonly (readonly [property: string, values: readonly string[]])[];
}

export interface Discriminator {
  readonly property: string;
  /** Value of the property, type; what the document writes out comes before the schemas' own names. */
  readonly mapping: readonly (readonly [value: string, type: string])[];
  /** The type of what has no such property, or a value that is not mapped (OpenAPI 3.2, `defaultMapping`). */
  readonly otherwise?: string;
}

/** An input of which exactly one field is given, and its value alone is sent. */
export interface OneOfShape {
  readonly kind: 'oneOf';
  readonly fields: readonly (FieldShape & { readonly tag?: readonly [property: string, value: string] })[];
}

/** Everything that the calls of a blueprint share. */
export interface Model {
  readonly types: Readonly<Record<string, TypeShape>>;
  /** The types of failures that are exposed as data, and are no types of the schema. */
  readonly failures?: Readonly<Record<string, XmlType>>;
  /** Tuples and the types of what they hold, where they stand in XML; their names are none of GraphQL. */
  readonly places?: Readonly<Record<string, XmlType>>;
}
