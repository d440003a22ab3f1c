import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Blueprint } from '../../../src/adapter/adapter.ts';
import { soap } from '../../../src/adapters/soap/index.ts';
import { readEnvelope } from '../../../src/adapters/soap/message/envelope.ts';
import type { SoapCall } from '../../../src/adapters/soap/model/call.ts';
import type { Model } from '../../../src/adapters/soap/model/model.ts';
import { Decoder } from '../../../src/adapters/soap/read/decode.ts';
import { encodeBody } from '../../../src/adapters/soap/write/encode.ts';
import { GatewayError } from '../../../src/base/error.ts';
import { camelName } from '../../../src/base/names.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { described, sourceOf } from './described.ts';
import { everything } from './everything.ts';
import { Sampler } from './sample.ts';
import { wsdlText } from './wsdl-text.ts';

const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
if (!hasXmllint)
  console.warn('SKIPPED: xmllint is not installed (Debian: libxml2-utils); requests are not validated by it.');

describe.skipIf(!hasXmllint)('xmllint accepts', () => {
  it('every request that is written, arguments in any order', async () => {
    const { blueprint } = await described({ '/x.wsdl': wsdlText(everything, ['Echo', 'Say']) });
    const folder = mkdtempSync(join(tmpdir(), 'selvage-'));
    try {
      const schema = join(folder, 'shop.xsd');
      writeFileSync(
        schema,
        `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:shop" targetNamespace="urn:shop" elementFormDefault="qualified">${everything}</xs:schema>`,
      );
      const files = Array.from({ length: 300 }, (_, seed) => {
        const call = blueprint.calls[seed % 3 === 0 ? 'Mutation.say' : 'Mutation.echo']!;
        const args = new Sampler(blueprint.model.types, seed).args(call.input);
        const file = join(folder, `${seed}.xml`);
        writeFileSync(file, encodeBody(blueprint.model.types, call.input, args));
        return file;
      });
      const { status, stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--schema', schema, ...files], {
        encoding: 'utf8',
      });
      expect(stderr.split('\n').filter(line => line.includes('error'))).toEqual([]);
      expect(status).toBe(0);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const samples = resolve(import.meta.dirname, '../../../../shared/fixtures/wsdl/node-soap-samples');
const hasSamples = existsSync(samples);
if (!hasSamples) console.warn('SKIPPED: ../shared/fixtures is not there; node-soap’s samples are not read.');

/** Samples that are not read, and why: the answer is no SOAP, breaks its schema. */
const unreadable: Readonly<Record<string, string>> = {
  Dummy__ref_element_should_have_correct_namespace: 'text after the envelope',
  Dummy__ref_element_should_have_correct_namespace_with_overrideElementKey: 'text after the envelope',
  Dummy__should_escape_xml: 'nil where the schema does not allow it',
  Dummy__should_extract_envelope_from_response: 'text before the envelope',
  Dummy__should_handle_nil: 'nil where the schema does not allow it',
  Dummy__should_handle_nil_as_null: 'nil where the schema does not allow it',
  Dummy__should_parse_nil: 'nil where the schema does not allow it',
  'SetResource__should_correctly_set_element_if_complex-type_has_same_name': 'its element is not defined',
  addPets__force_namespaces: 'the schema gives text, the answer elements',
  createData__should_generate_complex_type_request: 'a required element is missing',
  execFile__valid_xml_generated_on_request_with_complex_type_element_form_default_missing: 'another root',
  execFile__valid_xml_generated_on_request_with_complex_type_element_form_default_qualified: 'another root',
  execFile__valid_xml_generated_on_request_with_complex_type_element_form_default_unqualified: 'another root',
  fooOp__should_return_back_good_response_object: 'not well-formed',
  getAppointmentNumber__should_be_able_to_parse_response: 'no envelope',
  getAttachments__should_handle_MTOM_response: 'attachments',
  login__complex_schema_xmlns_with_array_and_any_type_and_other_types: 'an int beyond 32 bits, a date that is none',
  login__error_returned_should_contain_root_Json_on_fault: 'a fault',
};

describe.skipIf(!hasSamples)('answers that node-soap has as samples', () => {
  const folders = hasSamples
    ? readdirSync(samples).filter(
        name => existsSync(join(samples, name, 'response.xml')) && existsSync(join(samples, name, 'soap.wsdl')),
      )
    : [];

  it('are read by their schemas, but for those that are listed', async () => {
    const failed: string[] = [];
    for (const folder of folders) if (!(await isRead(folder))) failed.push(folder);
    expect(failed.sort()).toEqual(Object.keys(unreadable).sort());
    expect(folders.length).toBeGreaterThan(80);
  });
});

async function isRead(folder: string): Promise<boolean> {
  const source = sourceOf(join(samples, folder, 'soap.wsdl'), { root: samples });
  const description = await soap.describe(source, { reader: openReader(source), signal: new AbortController().signal });
  if (!description.ok) return false;
  const { calls, model } = description.value.blueprint as Blueprint<SoapCall, Model>; // the adapter's own types
  const call = Object.values(calls).find(one => one.operation === camelName(folder.split('__')[0] ?? ''));
  const envelope = readEnvelope(readFileSync(join(samples, folder, 'response.xml')), 'text/xml');
  if (!call?.output || envelope.kind !== 'body') return false;
  let problems = 0;
  const malformed = (reason: string) => {
    problems += 1;
    return new GatewayError('UPSTREAM_MALFORMED', reason);
  };
  try {
    new Decoder(model.types).body(call.output, envelope.body, call.style, malformed);
  } catch (error) {
    expect(error).toBeInstanceOf(GatewayError);
  }
  return problems === 0;
}
