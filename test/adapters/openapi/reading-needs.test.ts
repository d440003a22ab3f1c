import { describe, expect, it } from 'vitest';
import { needsOf } from '../../../src/adapters/openapi/call/reading-needs.ts';
import type { Model, Shape, TypeShape } from '../../../src/adapters/openapi/call/shape.ts';

const to = (name: string): Shape => ({ kind: 'type', name });
const scalar = (name: string): Shape => ({ kind: 'scalar', scalar: name });
const object = (...shapes: readonly Shape[]): TypeShape => ({
  kind: 'object',
  fields: shapes.map((shape, index) => ({ name: `f${index}`, wire: `f${index}`, shape })),
});
const needs = (types: Model['types']) => needsOf(to('A'), { types });

describe('what is looked at before an answer is parsed', () => {
  it('is nothing where types only share types', () => {
    const types = { A: object(to('B'), to('C')), B: object(to('C')), C: object(scalar('String')) };
    expect(needs(types)).toEqual({ digits: false, depth: false });
  });

  it('is how deep it is, where a type leads back to itself', () => {
    const types = { A: object(to('B')), B: object({ kind: 'list', of: to('A') }) };
    expect(needs(types)).toEqual({ digits: false, depth: true });
  });

  it('is its digits, at the end of any chain of types', () => {
    const length = 50_000;
    const types: Record<string, TypeShape> = { A: object(to('T0')), [`T${length}`]: object(scalar('Int64')) };
    for (let index = 0; index < length; index++) types[`T${index}`] = object(to(`T${index + 1}`));
    expect(needs(types)).toEqual({ digits: true, depth: false });
  });
});
