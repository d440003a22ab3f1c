import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { order } from '../../src/edge/order.ts';
import { arranged } from '../../src/edge/pipeline/arrange.ts';
import { run } from './run.ts';

let folder: string;
let config: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selvage-explain-'));
  config = join(folder, 'selvage.yaml');
  for (const name of ['billing.wsdl', 'billing.xsd']) {
    await cp(fileURLToPath(new URL(`../../schemas/${name}`, import.meta.url)), join(folder, name));
  }
  await writeFile(config, 'sources: { billing: { document: billing.wsdl, endpoint: "http://127.0.0.1:1" } }\n');
});
afterEach(() => rm(folder, { recursive: true }));

function explain(...argv: readonly string[]) {
  return run(['explain', ...argv, '--config', config]);
}

const invoice = '{ getInvoice(invNo: "I-1") { remark } }';

describe('selvage explain', () => {
  it('prints a plan, and asks no backend', async () => {
    expect(await explain(invoice)).toEqual({
      code: 0,
      err: '',
      out: `plan lane: query, 1 step, at most 1 call

stage 0: at once
  step 0: billing.getInvoice, one call
    fills: getInvoice (Query.getInvoice)
    arguments: {"invNo":"I-1"}
`,
    });
  });

  it('prints it as one JSON object', async () => {
    const { code, out } = await explain(invoice, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      lane: 'plan',
      calls: 1,
      steps: [{ source: 'billing', call: 'getInvoice' }],
    });
  });

  it('says what the reference lane runs, and why', async () => {
    const { code, out } = await explain('{ __schema { __typename } }');
    expect([code, out]).toEqual([0, 'reference lane: introspection: The operation asks __schema.\n']);
  });

  it('takes one operation of several', async () => {
    const both = 'query A { __typename } query B { __schema { __typename } }';
    expect(await explain(both, '--operation', 'B')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^reference/),
    });
    expect(await explain(both)).toEqual({ code: 2, out: '', err: 'Say which operation with --operation: A, B.\n' });
  });

  it('decides conditions by the variables', async () => {
    const query = 'query ($yes: Boolean!) { __typename getInvoice(invNo: "1") @include(if: $yes) { remark } }';
    const without = await explain(query, '--variables', '{"yes": false}');
    expect(without).toMatchObject({ out: 'plan lane: query, no steps, no calls\n', err: '' });
    const assumed = await explain(query);
    expect(assumed.out).toContain('plan lane: query, 1 step,');
    expect(assumed.err).toBe('$yes is taken to be true: give it in --variables.\n');
  });

  it.each<[string, readonly string[], number, string]>([
    ['a syntax error', ['{\n  a(\n}'], 1, '3:1: Syntax Error'],
    ['an unknown field', ['{\n  nope\n}'], 1, '2:3: Cannot query field "nope" on type "Query".'],
    ['variables that are no JSON', [invoice, '--variables', '{'], 2, 'Variables are one JSON object'],
    ['variables that are no object', [invoice, '--variables', '[1]'], 2, 'Variables are one JSON object'],
    ['no operation', ['fragment F on Query { __typename }'], 1, 'Fragment "F" is never used.'],
  ])('prints no plan of %s', async (_, argv, code, message) => {
    const ended = await explain(...argv);
    expect([ended.code, ended.out]).toEqual([code, '']);
    expect(ended.err).toContain(message);
  });

  it('needs a configuration', async () => {
    await rm(config);
    const { code, err } = await explain(invoice);
    expect(code).toBe(78);
    expect(err).toContain('error CONFIG_NOT_FOUND');
  });
});

describe('selvage explain --pipeline', () => {
  it('A6: prints the gates in their order with their reasons, and loads no source', async () => {
    await writeFile(
      config,
      'sources: { gone: { document: gone.wsdl } }\npipeline: [variable-limits, document-limits]\n',
    );
    const { code, out, err } = await explain('--pipeline');
    expect([code, err]).toEqual([0, '']);
    const lines = out.split('\n').filter(line => line.startsWith('  '));
    expect(lines.map(line => line.trim().split(' ', 1)[0])).toEqual(
      arranged(order, ['variable-limits', 'document-limits']).map(({ name }) => name),
    );
    expect(out).toMatch(/^ {2}variable-limits +variables are bounded before anything walks them \(moved\)$/m);
  });

  it('A6: prints them as JSON', async () => {
    const { code, out } = await explain('--pipeline', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(order.map(({ phase, name, because }) => ({ phase, name, because, moved: false })));
  });

  it('A6: refuses an order that cannot be right', async () => {
    await writeFile(config, 'sources: { a: { document: a.wsdl } }\npipeline: [validation, operation-limits]\n');
    const { code, out, err } = await explain('--pipeline');
    expect([code, out]).toEqual([78, '']);
    expect(err).toContain('"validation" would stand outside of "operation-limits"');
  });

  it('asks for an operation otherwise', async () => {
    expect(await explain()).toEqual({
      code: 2,
      out: '',
      err: 'Give an operation, or --pipeline for the order of the gates.\n',
    });
  });
});
