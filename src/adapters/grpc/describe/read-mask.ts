import type { DescField, DescMethod } from '@bufbuild/protobuf';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { ReadMask } from '../call.ts';
import type { Members } from './members.ts';
import { scalarOfMessage } from './scalar-of.ts';

/**
 * The mask of a method's request that says what is to be read (google.aip.dev/157): `read_mask`, or the only one that it has, unless that
 * says what is written (`update_mask`, google.aip.dev/134). Of a reply with one list of messages and a page token, or of a method that lists,
 * it speaks of the list's items.
 */
export function readMaskOf(
  { input, output, name }: DescMethod,
  members: Members,
  at: readonly string[],
  diagnostics: Diagnostic[],
): ReadMask | undefined {
  const masks = input.fields.filter(isMask);
  const choice = masks.find(field => field.name === 'read_mask') ?? (masks.length === 1 ? masks[0] : undefined);
  if (masks.length > 1 && !choice) {
    const message = `Which of ${masks.map(field => field.name).join(', ')} says what is read is not known: none is filled from the selection.`;
    diagnostics.push({ severity: 'note', code: 'CONSTRUCT_NOT_SUPPORTED', message, at });
  }
  if (!choice || scalarOfMessage(output, members) !== undefined) return undefined;
  const argument = members.namesOf(input).field.get(choice)!;
  const lists = output.fields.filter(field => field.fieldKind === 'list' && field.listKind === 'message');
  const isPaged = output.fields.some(field => field.name === 'next_page_token') || /^(List|Search|BatchGet)/.test(name);
  const [list] = lists;
  if (lists.length !== 1 || !list || !isPaged) return { argument };
  return { argument, of: members.namesOf(output).field.get(list)! };
}

function isMask(field: DescField): boolean {
  return (
    field.fieldKind === 'message' &&
    field.message.typeName === 'google.protobuf.FieldMask' &&
    field.oneof === undefined &&
    !/(^|_)update_mask$/.test(field.name)
  );
}
