import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** What the gateway itself selects, asks and calls bears this prefix; no source, overlay or client may use it. */
export const reservedPrefix = '_selvage';

export function isReserved(name: string): boolean {
  return name.startsWith(reservedPrefix);
}

/** The response key under which a link's or an entity's key is read from a delegated parent. */
export function reservedKey(name: string): string {
  return `${reservedPrefix}_${name}`;
}

/** The field of the gateway's own that stands in for one whose answer is canned: by the `index`th of what is said of it. */
export function cannedName(field: string, index: number): string {
  return `${cannedPrefix}${index}_${field}`;
}

/** The name of the field that it stands in for; of any other field, its own. */
export function uncannedName(name: string): string {
  return isCannedName(name) ? name.slice(cannedPrefix.length).replace(/^\d+_/, '') : name;
}

/** The field of the gateway's own that stands in for `__schema` or `__type`. */
export function introspectionName(field: '__schema' | '__type'): string {
  return `${cannedPrefix}${field}`;
}

export function isCannedName(name: string): boolean {
  return name.startsWith(cannedPrefix);
}

const cannedPrefix = `${reservedPrefix}_canned_`;

/**
 * Validation rule: a client names nothing with the reserved prefix. Else an alias could stand where a link reads its
 * key, and the key would be the client's choice.
 */
export function ReservedNames(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      for (const name of [node.alias, node.name]) {
        if (!name || !isReserved(name.value)) continue;
        const message = `Names that begin with "${reservedPrefix}" are reserved.`;
        context.reportError(new GraphQLError(message, { nodes: name }));
      }
    },
  };
}
