import type { LoadIo } from '../../adapter/adapter.ts';
import { type Checked, checked, refused } from '../../base/checked.ts';
import { isRecord, own } from '../../base/json.ts';
import type { Source } from '../../source/source.ts';
import type { OpenApiDocument } from './document/document.ts';
import { Gathering } from './document/gathering.ts';
import { parseText } from './document/parse.ts';

/** Told by the version key, which may stand anywhere in the document. */
export function recognises(text: string): boolean {
  return /^\uFEFF?\s*[{[]/.test(text)
    ? /"(openapi|swagger)"\s*:\s*"?[23][."\s,}]/.test(text)
    : /^["']?(openapi|swagger)["']?\s*:\s*["']?[23]/m.test(text);
}

/**
 * Reads the document and every file that its references name, through the source's reader alone. A reference that the reader refuses is
 * a warning, and only what needs it suffers.
 */
export async function load(source: Source, io: LoadIo): Promise<Checked<OpenApiDocument>> {
  if (source.document === undefined) {
    return refused({
      severity: 'error',
      code: 'CONFIG_MISSING_KEY',
      message: 'An OpenAPI source needs a document.',
      at: [source.name],
      hint: 'Give `document:` the path or URL of the OpenAPI or Swagger document.',
    });
  }
  const text = await io.reader.read(source.document);
  if (!text.ok) return text;
  const parsed = parseText(text.value);
  if (!parsed.ok) return parsed;
  const address = text.value.address;
  const version = versionOf(parsed.value, address);
  if (!version.ok) return version;
  const gathered = await new Gathering(io.reader).gather(text.value, parsed.value);
  if (!gathered.ok) return gathered;
  const root = parsed.value as Readonly<Record<string, unknown>>; // it has a version
  const { files, resources, targets, unreadable, anchors, said, dynamic, diagnostics } = gathered.value;
  const found = { files, resources, targets, unreadable, anchors, said, dynamic };
  const document = { address, version: version.value, root, ...found };
  const findings = io.lint ? await (await import('./lint/lint.ts')).lint(document) : []; // ajv, which serving does without
  return checked(document, [...diagnostics, ...findings]);
}

function versionOf(root: unknown, address: string): Checked<OpenApiDocument['version']> {
  const written = isRecord(root) ? (own(root, 'openapi') ?? own(root, 'swagger')) : undefined;
  const version = String(written ?? '');
  if (/^2(\.0)?$/.test(version)) return checked('2.0' as const);
  if (/^3(\.0|$)/.test(version)) return checked('3.0' as const); // 3.0 without quotes is a number
  if (/^3\.1(\.|$)/.test(version)) return checked('3.1' as const);
  if (/^3\.2(\.|$)/.test(version)) return checked('3.2' as const);
  return refused({
    severity: 'error',
    code: 'DOCUMENT_INVALID',
    message:
      written === undefined
        ? 'This is no OpenAPI document: it has neither `openapi` nor `swagger` at its top.'
        : `OpenAPI ${version.slice(0, 20)} is not supported.`,
    at: [address],
    hint: 'OpenAPI 3.0, 3.1 and 3.2 and Swagger 2.0 are supported.',
  });
}
