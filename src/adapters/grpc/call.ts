/** One unary method, as data. */
export interface GrpcCall {
  /** The name of its root field. */
  readonly operation: string;
  /** `/pkg.Service/Method` */
  readonly path: string;
  /** Full names of the messages. */
  readonly input: string;
  readonly output: string;
}

export interface GrpcModel {
  /** A google.protobuf.FileDescriptorSet in base64, without comments. */
  readonly descriptorSet: string;
}
