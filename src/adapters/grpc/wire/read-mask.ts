import type { DescMessage } from '@bufbuild/protobuf';
import type { SelectionSetNode } from 'graphql';
import type { Member } from '../describe/members.ts';
import { scalarOfMessage } from '../describe/scalar-of.ts';
import { selectedOf } from './selected.ts';
import type { WireModel } from './wire-model.ts';

const known = new WeakMap<SelectionSetNode, readonly string[]>();

/**
 * A selection as the paths of a FieldMask (field_mask.proto), in the proto's own names. `of`: the list whose items the mask speaks of. A
 * path ends at what is repeated, since none leads through it. Nothing: the whole message.
 */
export function readMaskOf(
  selection: SelectionSetNode,
  message: DescMessage,
  of: string | undefined,
  model: WireModel,
): readonly string[] {
  const before = known.get(selection);
  if (before) return before;
  const names = model.members.namesOf(message).field;
  const list = of === undefined ? undefined : [...names].find(([, name]) => name === of)?.[0].message;
  const set = of === undefined ? selection : selectedOf(selection).fields.get(of);
  const paths = set ? pathsOf(set, list ?? message, '', model) : [];
  known.set(selection, paths);
  return paths;
}

function pathsOf(selection: SelectionSetNode, message: DescMessage, prefix: string, model: WireModel): string[] {
  const names = model.members.namesOf(message);
  const { fields } = selectedOf(selection);
  const below = (field: Member, set: SelectionSetNode | undefined): string[] => {
    const path = `${prefix}${field.name}`;
    if (!set || field.fieldKind !== 'message' || scalarOfMessage(field.message, model.members) !== undefined)
      return [path];
    const inner = pathsOf(set, field.message, `${path}.`, model);
    return inner.length > 0 ? inner : [path];
  };
  const plain = message.fields.flatMap(field => {
    const name = names.field.get(field)!;
    return fields.has(name) ? below(field, fields.get(name)) : [];
  });
  const told = message.oneofs.flatMap(oneof => {
    const union = fields.get(names.oneof.get(oneof.name)!);
    // Which member is set is only known of a message that has them all.
    if (!union || !model.unions) {
      return fields.has(names.caseOf.get(oneof.name)!) ? oneof.fields.map(field => `${prefix}${field.name}`) : [];
    }
    return oneof.fields.flatMap(field => {
      const own = selectedOf(union).ofType.get(model.unions?.[`${message.typeName}.${field.name}`] ?? '');
      return below(field, own && selectedOf(own).fields.get(names.field.get(field)!));
    });
  });
  return [...new Set([...plain, ...told])];
}
