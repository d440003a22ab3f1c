import { matchesAny } from '../../base/glob.ts';
import { anonymous } from '../../base/principal.ts';
import { inRanges } from '../address-ranges.ts';
import { refusal } from '../errors/refusal.ts';
import type { OperationRequest, OperationResult } from '../handler.ts';
import type { Conditions, DirectAnswer, DirectResponse } from './responses-options.ts';

/** What conditions are asked of. */
export interface Asked {
  readonly path: string;
  /** Each part is looked at only where a condition speaks of it. */
  readonly of: Pick<OperationRequest, 'headers' | 'peer' | 'principal'>;
  /** Of the operation that is to run; undefined: none is known yet. */
  readonly operation?: string;
}

/** The answer of the first rule whose conditions hold. */
export type Responder = (asked: Asked) => OperationResult | undefined;

type Condition = (asked: Asked) => boolean;

/** Undefined: there is nothing to answer. */
export function responderOf(rules: readonly DirectResponse[]): Responder | undefined {
  if (rules.length === 0) return undefined;
  const compiled = rules.map(({ when, answer }) => ({ conditions: conditionsOf(when), answer }));
  return asked => {
    const rule = compiled.find(({ conditions }) => conditions.every(holds => holds(asked)));
    return rule && resultOf(rule.answer);
  };
}

/** Does it speak of the operation or of who asks? Then it is asked once both are known. */
export function needsOperation({ when }: DirectResponse): boolean {
  return when.operation !== undefined || when.client !== undefined;
}

function conditionsOf({ path, header, address, operation, client }: Conditions): readonly Condition[] {
  const conditions: Condition[] = [];
  if (path) conditions.push(asked => matchesAny(asked.path, path));
  for (const [name, value] of Object.entries(header ?? {})) {
    conditions.push(({ of: { headers } }) => Object.hasOwn(headers, name) && matchesAny(headers[name] ?? '', [value]));
  }
  if (address) {
    const isIn = inRanges(address);
    conditions.push(({ of }) => isIn(of.peer?.address ?? ''));
  }
  if (operation) conditions.push(asked => asked.operation !== undefined && matchesAny(asked.operation, operation));
  const { subject, via } = client ?? {};
  if (subject) conditions.push(({ of }) => matchesAny(of.principal?.subject ?? '', subject));
  if (via) conditions.push(({ of }) => matchesAny((of.principal ?? anonymous).via, via));
  return conditions;
}

function resultOf({ status, code, message = '', headers, body }: DirectAnswer): OperationResult {
  const told = code ? refusal(code, message, { status, headers }) : { status, headers, result: {} };
  return { ...told, ...(body ? { body } : {}), direct: true };
}
