import type { SourceOptions } from '../../../source/source.ts';
import type { CallAnswer, CallFailure } from '../call/call.ts';
import type { FieldShape, ScalarShape } from '../call/shape.ts';
import type { OperationSite, Response } from '../document/operation.ts';
import type { TypeBuilder } from '../types/type-builder.ts';
import { contentOf } from './choose-content.ts';
import { readAnswer } from './read-content.ts';

/** As the source's options want it; undefined where nothing of failures is read. `hidden`: see `failuresAsData`; absent: bodies are not exposed. */
export function failureReader(
  { errors }: Pick<SourceOptions, 'errors'>,
  hidden: TypeBuilder | undefined,
): FailureReader | undefined {
  if (hidden) return errors === 'UNION' ? failuresBothWays(hidden) : failuresAsData(hidden);
  return errors === 'UNION' ? failuresAsTypes : undefined;
}

/** Reads what failures look like. `site`: of the operation; `name`: its own, with a capital. */
export interface FailureReader {
  read(site: OperationSite, failures: readonly Response[], name: string, builder: TypeBuilder): readonly CallFailure[];
}

const status: FieldShape = {
  name: 'status',
  wire: 'status',
  shape: { kind: 'scalar', scalar: 'Int', nonNull: true },
};
const seconds: ScalarShape = { kind: 'scalar', scalar: 'Int' };
const retryAfter: FieldShape = { name: 'retryAfter', wire: 'retryAfter', shape: seconds };

/**
 * Failures as members of the result's type: `GetPet404 { status retryAfter body }`, named by operation and status alone. That a credential
 * was refused (401) stays an error: it is not told to the caller where it was not his, and the source must hear of it to get another.
 */
const failuresAsTypes: FailureReader = {
  read: (site, failures, name, builder) =>
    failures.flatMap((failure): CallFailure[] => {
      const called = statusText(failure);
      if (called === '401') return [];
      const { shape, ...read } = bodyOf(failure, site, `${name}${called}Body`, builder);
      const fields = shape ? [status, retryAfter, { name: 'body', wire: 'body', shape }] : [status, retryAfter];
      const place = { value: {}, address: site.at[0], pointer: `${site.at[1]}/responses/${failure.status}` };
      const type = builder.names.claim(`${name}${called === 'default' ? 'Default' : called}`, place);
      builder.define({
        name: type,
        direction: 'output',
        description: undefined,
        shape: { kind: 'object', fields },
        notes: new Map(),
      });
      return [{ status: called, ...read, ...(shape ? { shape } : {}), type }];
    }),
};

/** Failures whose bodies stand in errors: `hidden` makes their types, which are none of the schema. */
function failuresAsData(hidden: TypeBuilder): FailureReader {
  return {
    read: (site, failures, name) =>
      failures.map((failure): CallFailure => {
        const called = statusText(failure);
        return { status: called, ...bodyOf(failure, site, `${name}${called}Body`, hidden) };
      }),
  };
}

/** Both: what is no type of the result is told in errors. */
function failuresBothWays(hidden: TypeBuilder): FailureReader {
  return {
    read(site, failures, name, builder) {
      const typed = failuresAsTypes.read(site, failures, name, builder);
      const rest = failures.filter(failure => typed.every(({ status }) => status !== statusText(failure)));
      return [...typed, ...failuresAsData(hidden).read(site, rest, name, builder)];
    },
  };
}

function statusText({ status }: Response): string {
  return status === 'default' ? status : status.toUpperCase();
}

function bodyOf(failure: Response, site: OperationSite, name: string, builder: TypeBuilder): CallAnswer {
  const content = contentOf(failure, builder);
  return content ? readAnswer(failure, content, site, name, builder) : { kind: 'none' };
}
