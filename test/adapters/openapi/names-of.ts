import { expect } from 'vitest';
import type { Description } from '../../../src/adapter/adapter.ts';
import type { OpenApiCall } from '../../../src/adapters/openapi/call/call.ts';
import type { Model, Shape } from '../../../src/adapters/openapi/call/shape.ts';
import { isLegalName } from '../../../src/base/names.ts';
import type { SourceOptions } from '../../../src/source/source.ts';
import { describeDocument, source } from './describe-document.ts';

/** What everything that an operation leads to is called, by the way there. The way is made of what stands on the wire, which has no names. */
export async function namesOf(
  document: unknown,
  options: Partial<SourceOptions> = {},
): Promise<ReadonlyMap<string, string>> {
  const { description } = await describeDocument(document, source(options));
  const names = new Map<string, string>();
  for (const call of Object.values(description.blueprint.calls)) {
    const at = `${call.method} ${call.path}`;
    names.set(at, call.operation);
    for (const parameter of call.parameters) {
      names.set(`${at} ${parameter.in} ${parameter.name}`, parameter.argument);
      note(`${at} ${parameter.in} ${parameter.name}`, parameter.shape, description, names, new Set());
    }
    if (call.body) note(`${at} body`, call.body.shape, description, names, new Set());
    for (const { status, shape } of call.responses)
      if (shape) note(`${at} ${status}`, shape, description, names, new Set());
  }
  for (const name of names.values()) expect(name.split(' ').filter(each => !isLegalName(each))).toEqual([]);
  return names;
}

function note(
  at: string,
  shape: Shape,
  description: Description<OpenApiCall, Model>,
  names: Map<string, string>,
  passed: ReadonlySet<string>,
): void {
  if (shape.kind === 'list') note(`${at} items`, shape.of, description, names, passed);
  if (shape.kind === 'map') {
    names.set(`${at} entry`, shape.entry);
    note(`${at} values`, shape.value, description, names, passed);
  }
  if (shape.kind !== 'type') return;
  names.set(`${at} type`, shape.name);
  const type = description.blueprint.model.types[shape.name]!;
  if (passed.has(shape.name) || passed.size > 2) return;
  const inside = new Set([...passed, shape.name]);
  if (type.kind === 'enum') {
    expect(new Set(type.values.map(([name]) => name)).size).toBe(type.values.length);
    for (const [name, wire] of type.values) names.set(`${at} value ${wire}`, name);
    return;
  }
  if (type.kind === 'union') {
    names.set(`${at} members`, type.members.map(member => member.type).join(' '));
    return;
  }
  expect(new Set(type.fields.map(({ name }) => name)).size).toBe(type.fields.length);
  for (const [index, { name, wire, shape: inner }] of type.fields.entries()) {
    const key = type.kind === 'oneOf' ? `option ${index}` : `property ${wire}`;
    names.set(`${at} ${key}`, name);
    note(`${at} ${key}`, inner, description, names, inside);
  }
}
