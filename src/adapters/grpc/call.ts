/** One unary method, as data. */
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
