import type { Remarks } from '../../../adapter/definitions.ts';
import type { GrpcSchemaOptions } from '../../../source/grpc-schema-options.ts';
import { fullNameOf, type Member, type Members } from './members.ts';

/** How messages are told in GraphQL. */
export interface Telling extends Pick<GrpcSchemaOptions, 'oneofs' | 'nonFinite'> {
  readonly members: Members;
  /** What the document says of declarations, by full name. */
  readonly comments: ReadonlyMap<string, string>;
}

export function fieldRemarks({ comments }: Telling, field: Member): Remarks {
  return { description: comments.get(fullNameOf(field)), deprecated: field.deprecated };
}
