import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { type Counts, corpus, countsOf, fixturesExist } from './corpus.ts';
import { corpusPage } from './page.ts';

if (!fixturesExist)
  console.warn('CORPUS SKIPPED: ../shared/fixtures is not beside this checkout, so no real document was imported.');

describe.skipIf(!fixturesExist)('the corpus of real documents', () => {
  it('is imported as test/corpus/counts.json says (run `npx vitest run test/corpus -u` to accept a change)', async () => {
    const rows: Record<string, Counts> = {};
    for (const document of await corpus()) rows[document.name] = await countsOf(document);
    const lines = Object.entries(rows).map(([name, counts]) => `${JSON.stringify(name)}: ${JSON.stringify(counts)}`);
    await expect(`{\n${lines.join(',\n')}\n}\n`).toMatchFileSnapshot('./counts.json');
    await expect(corpusPage(rows)).toMatchFileSnapshot('../../docs/corpus.md');
    expect(Object.values(rows).filter(counts => counts.invalid > 0)).toEqual([]);
    expect(
      Object.entries(rows).filter(([, { total, imported, diagnostics }]) => imported < total && isSilent(diagnostics)),
    ).toEqual([]);
    const wsdls = Object.entries(rows).filter(([name]) => name.startsWith('wsdl/') && !(name in noWsdl));
    const accepted = wsdls.filter(
      ([, { diagnostics }]) => !Object.keys(diagnostics).some(key => key.startsWith('error')),
    );
    expect(accepted.length / wsdls.length).toBeGreaterThanOrEqual(0.98);
    const partly = wsdls.filter(([, { imported, total }]) => imported < total).map(([name]) => name);
    expect(partly.sort()).toEqual(Object.keys(leftOut).sort());
    const operationsOf = (of: 'imported' | 'total') => wsdls.reduce((all, [, counts]) => all + counts[of], 0);
    expect(operationsOf('imported') / operationsOf('total')).toBeGreaterThanOrEqual(0.99);
    expect(Object.keys(noWsdl).map(name => rows[name]?.diagnostics)).toEqual(
      Object.keys(noWsdl).map(() => expect.objectContaining({ 'error DOCUMENT_INVALID': 1 })),
    );
    const described = Object.entries(rows).filter(([name]) => name.startsWith('openapi/'));
    const sum = (of: (counts: Counts) => number) => described.reduce((all, [, counts]) => all + of(counts), 0);
    expect(sum(({ imported }) => imported) / sum(({ total }) => total)).toBeGreaterThanOrEqual(0.99);
    expect(described.filter(([, counts]) => explained(counts) < counts.total - counts.imported)).toEqual([]);
  }, 600_000);
});

const child = 'wsdl/node-soap-samples/RetrieveFareQuoteDateRange__should_handle_child_namespaces/childs/childxs';
const isSchema = 'its root element is `xs:schema`: a part of another WSDL that is called `.wsdl`';
const otherNamespace = 'its root element is in a namespace of its own, not in that of WSDL 1.1';

/** Files that are called `.wsdl` and are none, each with the reason; each is told so. */
const noWsdl: Readonly<Record<string, string>> = {
  [`${child}0.wsdl`]: isSchema,
  [`${child}3.wsdl`]: isSchema,
  [`${child}7.wsdl`]: isSchema,
  [`${child}9.wsdl`]: isSchema,
  'wsdl/node-soap-samples/attachments__should_send_binary_data/soap.wsdl': otherNamespace,
  'wsdl/node-soap/attachments.wsdl': otherNamespace,
};

const undefinedElement = 'no schema that is there defines an element of its messages';
const outputFirst = 'it has an output and no input, which nobody can ask for over HTTP (WSDL 1.1, 2.4.4)';

/** WSDLs with operations that have no field, each with the reason; each such operation is told. */
const leftOut: Readonly<Record<string, string>> = {
  'wsdl/node-soap-samples/GetSubscription__should_handle_ref_minOccurs_and_maxOccurs/soap.wsdl': undefinedElement,
  'wsdl/node-soap-samples/SetResource__should_correctly_set_element_if_complex-type_has_same_name/soap.wsdl':
    undefinedElement,
  'wsdl/node-soap-samples/getAvailability__should_not_fail_without_children/imported.wsdl':
    'its operation has neither an input nor a binding',
  'wsdl/node-soap-samples/getAvailability__should_not_fail_without_children/soap.wsdl':
    'it imports the one with an operation of neither an input nor a binding',
  'wsdl/node-soap/binding-exception.wsdl': 'its operations have faults, and neither an input nor an output',
  'wsdl/node-soap/builtin_types.wsdl': undefinedElement,
  'wsdl/node-soap/cross_schema.wsdl': outputFirst,
  'wsdl/node-soap/json_response.wsdl': undefinedElement,
  'wsdl/node-soap/missing_message_definition.wsdl': 'its message is not defined',
  'wsdl/node-soap/nsTypeConflict/main.wsdl': outputFirst,
  'wsdl/node-soap/recursive/file.wsdl': undefinedElement,
  'wsdl/node-soap/schemas_without_targetnamespace.wsdl': undefinedElement,
  'wsdl/node-soap/strict/CyberSourceTransaction_1.26_3.wsdl': 'it does not say where the schema of its messages is',
};

describe.skipIf(fixturesExist)('the corpus, as it was counted where it is', () => {
  it('is told in docs/corpus.md', async () => {
    const [counts, page] = await Promise.all(
      ['counts.json', '../../docs/corpus.md'].map(file => readFile(new URL(file, import.meta.url), 'utf8')),
    );
    expect(page).toBe(corpusPage(JSON.parse(counts ?? '')));
  });
});

/** How many operations can have been left out, or left without a type, for what was told. */
function explained({ diagnostics }: Counts): number {
  return ['warning OPERATION_NOT_SUPPORTED', 'note CONSTRUCT_UNTYPED'].reduce(
    (sum, key) => sum + (diagnostics[key] ?? 0),
    0,
  );
}

function isSilent(diagnostics: Counts['diagnostics']): boolean {
  return Object.keys(diagnostics).length === 0;
}
