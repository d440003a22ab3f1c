import type { DescMessage } from '@bufbuild/protobuf';
import { type FieldNode, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';
import { scalarOfMessage } from '../../src/adapters/grpc/describe/scalar-of.ts';
import type { WireModel } from '../../src/adapters/grpc/wire/wire-model.ts';
import type { Random } from '../fuzz/random.ts';

/** A selection of a message's fields, and of what is in them, as a plan could make it. */
export function randomSelection(type: DescMessage, model: WireModel, random: Random, depth = 0): SelectionSetNode {
  const { members, unions } = model;
  const names = members.namesOf(type);
  const often = depth === 0 ? 60 : 45;
  const selections: SelectionNode[] = [];
  for (const member of members.of(type)) {
    if ((member.oneof && unions) || !random.chance(often)) continue;
    const below = member.message && isComposite(member.message, model) ? member.message : undefined;
    if (depth > 4 && below) continue;
    const inner = below && randomSelection(below, model, random, depth + 1);
    const name = names.field.get(member)!;
    if (member.fieldKind !== 'map') selections.push(fieldNode(name, inner));
    else
      selections.push(
        fieldNode(name, setOf([fieldNode('key'), ...(random.chance(70) ? [fieldNode('value', inner)] : [])])),
      );
  }
  for (const oneof of type.oneofs) {
    if (!random.chance(often)) continue;
    if (!unions) selections.push(fieldNode(names.caseOf.get(oneof.name)!));
    else {
      const fragments = random.some(oneof.fields, 60).map((member): SelectionNode => {
        const inner =
          member.message && isComposite(member.message, model)
            ? randomSelection(member.message, model, random, depth + 1)
            : undefined;
        const typeCondition = {
          kind: Kind.NAMED_TYPE,
          name: { kind: Kind.NAME, value: unions[`${type.typeName}.${member.name}`]! },
        } as const;
        return {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition,
          selectionSet: setOf([fieldNode(names.field.get(member)!, inner)]),
        };
      });
      selections.push(fieldNode(names.oneof.get(oneof.name)!, setOf(fragments)));
    }
  }
  return setOf(selections);
}

/** What of a value that was read whole a selection wants. */
export function selectedOf(value: unknown, { selections }: SelectionSetNode): unknown {
  if (Array.isArray(value)) return value.map(item => selectedOf(item, { kind: Kind.SELECTION_SET, selections }));
  if (typeof value !== 'object' || value === null || value instanceof Error) return value;
  const own = value as Readonly<Record<string, unknown>>;
  const found: Record<string, unknown> = {};
  const typename = own['__typename'];
  if (typename !== undefined) found['__typename'] = typename;
  for (const node of selections) {
    if (node.kind === Kind.INLINE_FRAGMENT && node.typeCondition?.name.value === typename) {
      Object.assign(found, selectedOf(value, node.selectionSet));
    } else if (node.kind === Kind.FIELD) {
      const { name, selectionSet } = node;
      found[name.value] = selectionSet ? selectedOf(own[name.value], selectionSet) : own[name.value];
    }
  }
  return found;
}

function isComposite(type: DescMessage, { members }: WireModel): boolean {
  return scalarOfMessage(type, members) === undefined;
}

function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function fieldNode(name: string, selectionSet?: SelectionSetNode): FieldNode {
  return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: name }, ...(selectionSet ? { selectionSet } : {}) };
}
