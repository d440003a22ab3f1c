import { defaultGrpcSchemaOptions } from '../../source/grpc-schema-options.ts';
import { boolean, oneOf, pattern } from '../leaves.ts';

/** How a gRPC source's messages are told: keys of the source itself. */
export const grpcSchemaShape = {
  oneofs: oneOf(['FLAT', 'UNION']).default(defaultGrpcSchemaOptions.oneofs),
  fieldMask: oneOf(['ARGUMENT', 'FROM_SELECTION']).default(defaultGrpcSchemaOptions.fieldMask),
  extensions: boolean.default(defaultGrpcSchemaOptions.extensions),
  nonFinite: oneOf(['ERROR', 'TEXT']).default(defaultGrpcSchemaOptions.nonFinite),
  pin: pattern(
    'a digest as "selvage check" tells it: sha256- and 64 hexadecimal digits',
    /^sha256-[0-9a-f]{64}$/,
  ).exactOptional(),
};
