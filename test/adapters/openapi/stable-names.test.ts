import { describe, expect, it } from 'vitest';
import type { Description } from '../../../src/adapter/adapter.ts';
import type { OpenApiCall } from '../../../src/adapters/openapi/call.ts';
import type { Model, Shape } from '../../../src/adapters/openapi/shape.ts';
import { isLegalName } from '../../../src/base/names.ts';
import { Random } from '../../fuzz/random.ts';
import { describeDocument } from './describe-document.ts';
import { grown, newDocument } from './grown-document.ts';

const runs = Number(process.env['SELVAGE_FUZZ_RUNS'] ?? 25);
const seed = process.env['SELVAGE_FUZZ_SEED'] ?? '1';

describe('names of generated documents', () => {
  it('are legal, one for each thing, and stay when the document grows', async () => {
    const hows = new Set<string>();
    for (let run = 0; run < runs; run++) {
      const random = new Random(seed, run);
      let document = newDocument(random);
      let names = await namesOf(document);
      for (const fresh of ['zebra', 'yak', 'xerus']) {
        const next = grown(document, fresh, random);
        const after = await namesOf(next.document);
        const changed = [...names].filter(([what, name]) => after.get(what) !== name);
        expect(
          changed.slice(0, 5).map(([what, name]) => `${what}: ${name} -> ${after.get(what)}`),
          `seed ${seed}, run ${run}: ${next.how} called ${fresh} was added to ${JSON.stringify(document)} which made ${JSON.stringify(next.document)}`,
        ).toEqual([]);
        hows.add(next.how);
        document = next.document;
        names = after;
      }
    }
    expect(hows.size).toBe(4);
  }, 600_000);
});

/** What everything that an operation leads to is called, by the way there. The way is made of what stands on the wire, which has no names. */
async function namesOf(document: unknown): Promise<ReadonlyMap<string, string>> {
  const { description } = await describeDocument(document);
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
