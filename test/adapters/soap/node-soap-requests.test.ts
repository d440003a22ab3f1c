import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Blueprint } from '../../../src/adapter/adapter.ts';
import { encodeBody } from '../../../src/adapters/soap/encode.ts';
import { leavesWithin, type Types } from '../../../src/adapters/soap/fields.ts';
import { soap } from '../../../src/adapters/soap/index.ts';
import type { Model, SoapCall, TypeKey } from '../../../src/adapters/soap/model.ts';
import { isRecord } from '../../../src/base/json.ts';
import { camelName } from '../../../src/base/names.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { canonicalXml } from '../../support/canonical-xml.ts';
import { sourceOf } from './described.ts';
import { envelopeOf } from './soap-backend.ts';

const samples = resolve(import.meta.dirname, '../../../../shared/fixtures/wsdl/node-soap-samples');
const hasSamples = existsSync(samples);
if (!hasSamples) console.warn('SKIPPED: ../shared/fixtures is not there; node-soap’s requests are not compared.');

/**
 * Samples whose arguments say all that the schema wants. The others give what it does not declare or leave out what it requires, rely on
 * raw XML, CDATA or the order of their keys, repeat an `xsi:type` that the schema gives anyway, or are of messages that are encoded.
 */
const same: readonly string[] = [
  'Dummy__should_deserialize_basic_types',
  'Dummy__should_extract_envelope_from_response',
  'Dummy__should_handle_attributes_in_response',
  'Dummy__should_handle_datetime_transformation',
  'Dummy__should_handle_empty_string_with_pattern_restriction',
  'Dummy__should_handle_nil',
  'Dummy__should_use_empty_tags_when_directed',
  'Dummy__should_work_with_imported_schemas',
  'GET_ALL_STORE_NUMBERS__should_work_with_more_deeply_nested_XML_messages_and_security',
  'GetAccountXml__non_xmlns_attributes_should_be_returned',
  'GetNodes__complex_self_referencing',
  'OneWay__should_handle_one_way_operation',
  'addPrefix__should_add_namespace_on_output_message',
  'administrate__Complex_json_object_namespace_issue',
  'execFile__add_default_namespace_prefix',
  'execFile__valid_xml_generated_on_request_with_complex_type_element_form_default_missing',
  'execFile__valid_xml_generated_on_request_with_complex_type_element_form_default_qualified',
  'execFile__valid_xml_generated_on_request_with_complex_type_element_form_default_unqualified',
  'login__attributes_in_request_should_be_handled',
  'login__complex_schema_xmlns_should_be_handled',
  'login__complex_schema_xmlns_with_array_and_any_type_and_other_types',
  'login__error_returned_should_contain_root_Json_on_fault',
  'readMetadata__should_respect_xsi_type_attribute',
  'update__complex_extension_fields_in_parent_without_explicit_namespace',
];

describe.skipIf(!hasSamples)('a request that node-soap has as a sample is ours too', () => {
  it.for(same)('%s', async folder => {
    const path = (name: string) => join(samples, folder, name);
    const source = sourceOf(path('soap.wsdl'), { root: samples });
    const io = { reader: openReader(source), signal: new AbortController().signal };
    const description = await soap.describe(source, io);
    if (!description.ok) throw new TypeError(JSON.stringify(description.diagnostics));
    const { calls, model } = description.value.blueprint as Blueprint<SoapCall, Model>; // the adapter's own types
    const { input } = Object.values(calls).find(call => call.operation === camelName(folder.split('__')[0] ?? ''))!;
    const given = argumentsOf(model.types, input.type, JSON.parse(readFileSync(path('request.json'), 'utf8')));
    const ours = encodeBody(model.types, input, input.shape === 'bare' ? { input: given } : recordOf(given));
    expect(bodyLines(envelopeOf(ours))).toEqual(bodyLines(readFileSync(path('request.xml'), 'utf8')));
  });
});

function bodyLines(envelope: string): string[] {
  const lines = canonicalXml(envelope).split('\n');
  return lines.slice(lines.findIndex(line => line.endsWith('}Body')) + 1);
}

/** node-soap's arguments as ours: names without prefixes, lists where the schema has them, the variant that `xsi:type` says. */
function argumentsOf(types: Types, key: TypeKey, given: unknown): unknown {
  const declared = types[key];
  if (declared?.kind !== 'complex' || !isRecord(given)) return given;
  const attributes = recordOf(given['attributes']);
  const said = JSON.stringify(attributes);
  const variant = declared.variants?.find(
    ({ type }) => said.includes(`"${local(type)}"`) || said.includes(`:${local(type)}"`),
  );
  const type = variant ? types[variant.type] : declared;
  if (type?.kind !== 'complex') return given;
  const fields: [string, unknown][] = [];
  for (const [name, value] of Object.entries(given)) {
    const leaf = leavesWithin(types, type).find(one => one.kind === 'element' && one.local === local(name));
    if (leaf?.kind !== 'element') continue;
    const items = (Array.isArray(value) ? value : [value]).map(item => argumentsOf(types, leaf.type, item));
    fields.push([leaf.field, leaf.list ? items : items[0]]);
  }
  for (const attribute of type.attributes) {
    if (attribute.local in attributes) fields.push([attribute.field, attributes[attribute.local]]);
  }
  const record = Object.fromEntries(fields);
  return variant ? { [variant.field]: record } : record;
}

function recordOf(given: unknown): Readonly<Record<string, unknown>> {
  return isRecord(given) ? given : {};
}

function local(name: string): string {
  return name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('}')) + 1);
}
