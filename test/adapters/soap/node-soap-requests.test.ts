import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Blueprint } from '../../../src/adapter/adapter.ts';
import { soap } from '../../../src/adapters/soap/index.ts';
import type { SoapCall } from '../../../src/adapters/soap/model/call.ts';
import { leavesWithin, type Types } from '../../../src/adapters/soap/model/fields.ts';
import type { Model, TypeKey } from '../../../src/adapters/soap/model/model.ts';
import { encodeBody } from '../../../src/adapters/soap/write/encode.ts';
import { isRecord } from '../../../src/base/json.ts';
import { camelName } from '../../../src/base/names.ts';
import { openReader } from '../../../src/source/open-reader.ts';
import { canonicalXml } from '../../support/canonical-xml.ts';
import { sourceOf } from './described.ts';
import { envelopeOf } from './soap-backend.ts';

const samples = resolve(import.meta.dirname, '../../../../shared/fixtures/wsdl/node-soap-samples');
const hasSamples = existsSync(samples);
if (!hasSamples) console.warn('SKIPPED: ../shared/fixtures is not there; node-soap’s requests are not compared.');

const missing = 'it leaves out what the schema requires';
const undeclared = 'it gives what the schema does not declare';
const markup = 'it relies on text that is taken for XML, which here is text';
const unresolved = 'a type is not defined, so that its element has to be given as XML';
const encoded = 'the message is encoded: ours says so, with the types of its parts, as SOAP 1.1, 5 demands';
const order = 'it gives elements in an order that the schema does not have';
const broken = 'what node-soap sends is not well-formed';
const wrongNamespace = 'node-soap writes what a type inherits in the namespace of the type that inherits it';

/** Samples whose request is not ours, each with the reason. */
const different: Readonly<Record<string, string>> = {
  Dummy__ref_element_should_have_correct_namespace: unresolved,
  Dummy__ref_element_should_have_correct_namespace_with_overrideElementKey: undeclared,
  Dummy__should_add_prefix_for_unqualified_global_elements: undeclared,
  Dummy__should_escape_xml: undeclared,
  Dummy__should_handle_attributes_in_request: undeclared,
  Dummy__should_ignore_custom_defined_namespaces: undeclared,
  Dummy__should_ignore_defined_namespaces: undeclared,
  Dummy__should_parse_nil: undeclared,
  Dummy__should_use_defined_value_key: undeclared,
  Dummy__should_use_defined_xml_key: markup,
  Dummy__should_use_defined_xml_key_in_first_level_for_rpc: markup,
  Dummy__should_work_with_imported_schemas_that_have_aliases: unresolved,
  GET_DATA__should_work_with_more_deeply_nested_XML_messages_and_without_security: broken,
  GetItemInformation__should_ignore_default_namespace_from_schema: missing,
  IndienenBericht__should_work_with_deeply_nested_XML_messages: missing,
  Login__unsupported_response_name_returned_and_local_xs_schema_missed: encoded,
  Message__Messages_suffixed_with_In_Out: encoded,
  Message__Messages_suffixed_with_Input_Output: encoded,
  Message__Messages_suffixed_with_Request_Response: encoded,
  Message__overriding_namespace_prefix: encoded,
  NoParams__add_correct_namespace_for_operations_without_parameters: encoded,
  RetrieveCustomerDetails__returning_a_date_should_parse_the_date: missing,
  RetrieveFareQuoteDateRange__should_handle_child_namespaces: unresolved,
  SendCDATA__cdata_is_handled_correctly: markup,
  SendCDATA__cdata_preserves_leading_and_trailing_whitespace_when_preserveWhitespace_option_is_true: markup,
  SendCDATA__cdata_removes_leading_and_trailing_whitespace_by_default: markup,
  'SetResource__should_correctly_set_element_if_complex-type_has_same_name': unresolved,
  UpdateProfile__correct_namespaces_for_elements_with_base: order,
  UpdateProfile__correct_namespaces_for_elements_with_base_ignorednamespaces: order,
  UpdateProfile__correct_namespaces_in_sequence_with_imports: missing,
  UpdateProfile__correct_namespaces_other_prefixes: missing,
  UpdateProfile__correct_ns_context: order,
  addList__complex_extension_namespace_for_arrays: wrongNamespace,
  addPets__force_namespaces: broken,
  createData__should_generate_complex_type_request: unresolved,
  fooOp__should_return_back_good_response_object: 'its id does not match the pattern that the schema demands',
  getAttachments__should_handle_MTOM_response: encoded,
  getAttachments__should_handle_not_MTOM_response: encoded,
  getAvailability__should_not_fail_without_children: undeclared,
  getMessage__does_not_use_schema_xmlns: missing,
  getMessage__force_use_schema_xmlns: missing,
  get__complex_extension_with_explicit_namespace: unresolved,
  get__complex_extension_without_explicit_namespace: unresolved,
  login__attributes_namespace_should_be_configurable: undeclared,
  multiCall__rpc_stype_request_xsi_attributes: encoded,
  update__complex_extension_with_array_attributes: wrongNamespace,
};

describe.skipIf(!hasSamples)('requests that node-soap has as samples', () => {
  it('are ours too, but for those that are listed with a reason', async () => {
    const folders = readdirSync(samples).filter(folder => existsSync(join(samples, folder, 'request.xml')));
    const others: string[] = [];
    for (const folder of folders) if (!(await isSame(folder))) others.push(folder);
    expect(others.sort()).toEqual(Object.keys(different).sort());
    expect(folders.length - others.length).toBeGreaterThanOrEqual(40);
  });
});

async function isSame(folder: string): Promise<boolean> {
  const path = (name: string) => join(samples, folder, name);
  const source = sourceOf(path('soap.wsdl'), { root: samples });
  const io = { reader: openReader(source), signal: new AbortController().signal };
  const description = await soap.describe(source, io);
  if (!description.ok) throw new TypeError(JSON.stringify(description.diagnostics));
  const { calls, model } = description.value.blueprint as Blueprint<SoapCall, Model>; // the adapter's own types
  const input = Object.values(calls).find(call => call.operation === camelName(folder.split('__')[0] ?? ''))?.input;
  if (!input) return false;
  const given = argumentsOf(model.types, input.type, JSON.parse(readFileSync(path('request.json'), 'utf8')));
  try {
    const ours = encodeBody(model.types, input, input.shape === 'bare' ? { input: given } : recordOf(given));
    return bodyLines(envelopeOf(ours)).join('\n') === bodyLines(readFileSync(path('request.xml'), 'utf8')).join('\n');
  } catch (error) {
    expect(error).toBeInstanceOf(Error); // ours refuses, or theirs is not well-formed
    return false;
  }
}

function bodyLines(envelope: string): string[] {
  const lines = canonicalXml(envelope).split('\n');
  const content = lines.slice(lines.findIndex(line => line.endsWith('}Body')) + 1);
  return content.map(line => line.replace(/ "(?:\\n|\\t| )+"$/, '')); // of an element that stands open on two lines
}

/** node-soap's arguments as ours: names without prefixes, lists where the schema has them, the variant that `xsi:type` says. */
function argumentsOf(types: Types, key: TypeKey, given: unknown): unknown {
  const declared = types[key];
  // An element of text is an object where node-soap gives it attributes, and an empty one where it gives nothing.
  if (declared?.kind === 'simple' && isRecord(given) && declared.primitive !== 'JSON') return given['$value'] ?? '';
  if (declared?.kind !== 'complex' || !isRecord(given)) return given;
  const attributes = recordOf(given['attributes']);
  const said = JSON.stringify(attributes);
  const variant = declared.variants?.find(
    ({ type }) => said.includes(`"${local(type)}"`) || said.includes(`:${local(type)}"`),
  );
  const type = variant ? types[variant.type] : declared;
  if (type?.kind !== 'complex') return given;
  const fields: [string, unknown][] = type.value === undefined ? [] : [['_value', given['$value']]];
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
