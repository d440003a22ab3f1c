/** One method, as data; of a server stream that is a list, too, there are two. */
export interface GrpcCall {
  /** The name of its root field. */
  readonly operation: string;
  /** `/pkg.Service/Method` */
  readonly path: string;
  /** Full names of the messages. */
  readonly input: string;
  readonly output: string;
  /** The argument that says what is to be read, where it is filled from the selection. */
  readonly mask?: ReadMask;
  /** Are several requests sent: the items of `input`? */
  readonly sendsMany?: true;
  /** Most replies of the stream that are gathered to a list. Absent: the reply is one, or each is an event. */
  readonly collects?: number;
  /** May it be sent twice, since it changes nothing, or no more than once? */
  readonly idempotent?: true;
}

export interface ReadMask {
  readonly argument: string;
  /** The list in the reply whose items the mask speaks of. Absent: it speaks of the reply. */
  readonly of?: string;
}

export interface GrpcModel {
  /** A google.protobuf.FileDescriptorSet in base64, without comments. */
  readonly descriptorSet: string;
  /** Are extensions fields? */
  readonly extensions?: true;
  /** The types that stand for members of oneofs, by the members' full names. Absent: members are fields of their own. */
  readonly unions?: Readonly<Record<string, string>>;
  /** Are NaN and the infinities texts? */
  readonly nonFinite?: 'TEXT';
}
