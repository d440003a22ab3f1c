import type { DescMessage } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { Blank } from '../../../base/blank.ts';
import { enumValueName } from '../describe/names.ts';
import { endOf } from './json-value.ts';
import { maxDepth, maxFields } from './limits.ts';
import type { FieldPlan, MessagePlan, OneofPlan, Reading, Target } from './message-plan.ts';
import { notAllowed } from './not-allowed.ts';

function blank(plan: MessagePlan, reading: Reading): Target {
  spend(reading, plan.all.length + 1);
  const target: Target = Object.assign(new Blank(), plan.empty);
  for (const name of plan.lists) target[name] = [];
  return target;
}

/** Throws where the reply stands for more fields than are allowed. */
export function spend({ budget }: Reading, fields: number): void {
  budget.fields -= fields;
  if (budget.fields < 0) throw new RangeError(`the answer has more than ${maxFields} fields`);
}

/** A proto2 `required` field that the reply lacks is an error in its place. */
function settled(plan: MessagePlan, target: Target, reading: Reading, message: DescMessage): Target {
  for (const field of plan.required) {
    if (target[field.name] === undefined) {
      target[field.name] = notAllowed(reading, `${message.typeName} without its required field ${field.name}`);
    }
  }
  return target;
}

/** Reads a message up to `end`, or, where there is none, up to the end of the group of that number. */
export function readMessage(
  plan: MessagePlan,
  message: DescMessage,
  reading: Reading,
  end: number | undefined,
  depth: number,
  previous: unknown,
  group = 0,
): Target {
  if (depth > maxDepth) throw new RangeError(`messages are nested deeper than ${maxDepth}`);
  const { reader } = reading;
  const target = (previous as Target | null | undefined) ?? blank(plan, reading); // a field's own earlier value is a Target
  while (end === undefined || reader.pos < end) {
    const tag = reader.tag();
    const wireType: WireType = tag & 7;
    if (wireType === WireType.EndGroup) {
      if (end !== undefined || tag >>> 3 !== group) throw new RangeError('a group ends that did not begin');
      return settled(plan, target, reading, message);
    }
    const field = plan.fields.get(tag >>> 3);
    if (!field || !readField(field, wireType, target, reading, depth)) reader.skip(tag, maxDepth - depth);
  }
  if (reader.pos !== end) throw new RangeError('a field goes beyond its message');
  return settled(plan, target, reading, message);
}

/** False: the wire type is not the field's, or its value is not wanted, so it is skipped like an unknown field. */
function readField(field: FieldPlan, wireType: WireType, target: Target, reading: Reading, depth: number): boolean {
  const { read } = field;
  if (field.joins === 'list') {
    const list = target[field.name] as unknown[]; // blank() put it there
    if (wireType === field.wireType) list.push(read?.(reading, depth, undefined));
    else if (field.packable && wireType === WireType.LengthDelimited) {
      const end = endOf(reading.reader);
      while (reading.reader.pos < end) list.push(read?.(reading, depth, undefined));
      if (reading.reader.pos !== end) throw new RangeError('a packed field goes beyond its end');
    } else return false;
    return true;
  }
  if (wireType !== field.wireType) return false;
  if (field.joins === 'entry') {
    const list = target[field.name] as MapEntry[]; // blank() put it there, #entryReader reads what it holds
    putEntry(list, read?.(reading, depth, undefined) as MapEntry, reading);
    return true;
  }
  if (field.oneof) return readMember(field, field.oneof, target, reading, depth);
  target[field.name] = read?.(reading, depth, target[field.name]);
  return true;
}

/** The last member that comes is the one that is set (protobuf.dev/programming-guides/proto3#oneof). */
function readMember(
  { name, read }: FieldPlan,
  oneof: OneofPlan,
  target: Target,
  reading: Reading,
  depth: number,
): boolean {
  if ('union' in oneof) {
    const before = target[oneof.union] as Target | null; // blank() or this put it there
    const box: Target = new Blank();
    box['__typename'] = oneof.type;
    const previous = before?.['__typename'] === oneof.type ? before[name] : undefined;
    target[oneof.union] = box;
    if (read) box[name] = read(reading, depth, previous);
    return read !== undefined;
  }
  for (const rival of oneof.rivals) target[rival] = null;
  if (oneof.caseName !== undefined) target[oneof.caseName] = enumValueName(name);
  if (read) target[name] = read(reading, depth, target[name]);
  return read !== undefined;
}

interface MapEntry {
  readonly key: unknown;
  readonly value: unknown;
}

/** The last of equal keys holds, where the first stood. */
function putEntry(list: MapEntry[], entry: MapEntry, { places }: Reading): void {
  let placeOf = places.get(list);
  if (!placeOf) {
    placeOf = new Map();
    places.set(list, placeOf);
  }
  const place = placeOf.get(entry.key) ?? list.length;
  placeOf.set(entry.key, place);
  list[place] = entry;
}
