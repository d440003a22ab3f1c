import { type ASTNode, type DocumentNode, isTypeDefinitionNode, isTypeExtensionNode, Kind, visit } from 'graphql';

/** What is defined again in the same words. */
export interface Repetition {
  /** `Type` or `Type.member`. */
  readonly what: string;
  readonly node: ASTNode;
}

/**
 * Types, fields and enum values that are defined again in the same words are left out: published schemas have them, above all those that
 * were put together from parts. Differing definitions stay, and are a mistake (October 2021, 3.6).
 */
export function withoutRepetition(document: DocumentNode): {
  readonly document: DocumentNode;
  readonly repetitions: readonly Repetition[];
} {
  const repetitions: Repetition[] = [];
  const first = new Map<string, ASTNode>();
  const isRepeated = (what: string, node: ASTNode) => {
    const before = first.get(what);
    if (before === undefined) first.set(what, node);
    else if (textOf(before) === textOf(node)) return repetitions.push({ what, node }) > 0;
    return false;
  };
  let type = '';
  const once = visit(document, {
    enter(node) {
      if (isTypeDefinitionNode(node) || isTypeExtensionNode(node)) {
        type = node.name.value;
        return isTypeDefinitionNode(node) && isRepeated(type, node) ? null : undefined;
      }
      switch (node.kind) {
        case Kind.FIELD_DEFINITION:
        case Kind.INPUT_VALUE_DEFINITION:
        case Kind.ENUM_VALUE_DEFINITION:
          return isRepeated(`${type}.${node.name.value}`, node) ? null : false;
        default:
          return node.kind === Kind.DOCUMENT ? undefined : false;
      }
    },
  });
  return { document: once, repetitions };
}

/** Two nodes have one text where they say the same: places and descriptions aside. */
function textOf(node: ASTNode): string {
  return JSON.stringify(node, (key, value: unknown) => (key === 'loc' || key === 'description' ? undefined : value));
}
