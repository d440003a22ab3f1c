import { buildASTSchema, print, validateSchema } from 'graphql';
import type { Blueprint } from '../../../src/adapter/adapter.ts';
import { soap } from '../../../src/adapters/soap/index.ts';
import type { SoapCall } from '../../../src/adapters/soap/model/call.ts';
import type { Model } from '../../../src/adapters/soap/model/model.ts';
import { checked, refused } from '../../../src/base/checked.ts';
import type { Diagnostic } from '../../../src/base/diagnostic.ts';
import { formatDiagnostic } from '../../../src/base/diagnostic.ts';
import type { DocumentReader } from '../../../src/source/reader.ts';
import { defaultSourceOptions, type Source, type SourceOptions } from '../../../src/source/source.ts';

/** Documents by path; relative references are resolved against the one that refers. Notes what was asked for. */
export function memoryReader(
  documents: Readonly<Record<string, string>>,
): DocumentReader & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    read: async (reference, base) => {
      const address = base === undefined ? reference : new URL(reference, `file://${base}`).pathname;
      asked.push(/^https?:/.test(reference) ? reference : address);
      const text = /^https?:/.test(reference) ? undefined : documents[address];
      if (text !== undefined) return checked({ address, text });
      return refused({
        severity: 'error',
        code: 'DOCUMENT_NOT_FOUND',
        message: 'There is no such file.',
        at: [reference],
      });
    },
    readBytes: async address => checked({ address, bytes: new Uint8Array() }),
    list: async () => checked([]),
    isFolder: async () => false,
  };
}

export function sourceOf(document: string, options: Partial<SourceOptions> = {}, endpoint?: string): Source {
  return {
    name: 'shop',
    protocol: 'soap',
    document,
    ...(endpoint === undefined ? {} : { endpoint }),
    options: { ...defaultSourceOptions, ...options },
  };
}

/** What the adapter says of documents, the first of which is the WSDL. */
export async function describing(documents: Readonly<Record<string, string>>, options: Partial<SourceOptions> = {}) {
  const [main = ''] = Object.keys(documents);
  const reader = memoryReader(documents);
  const io = { reader, signal: new AbortController().signal };
  return { reader, ...(await soap.describe(sourceOf(main, options), io)) };
}

/** What the adapter makes of documents, the first of which is the WSDL; its schema is valid GraphQL. */
export async function described(documents: Readonly<Record<string, string>>, options: Partial<SourceOptions> = {}) {
  const { reader, ...description } = await describing(documents, options);
  if (!description.ok) throw new TypeError(description.diagnostics.map(formatDiagnostic).join('\n'));
  const blueprint = description.value.blueprint as Blueprint<SoapCall, Model>; // the adapter's own types
  const schema = buildASTSchema(blueprint.typeDefs);
  const problems = validateSchema(schema);
  if (problems.length > 0) throw new TypeError(problems.map(problem => problem.message).join('\n'));
  return {
    blueprint,
    schema,
    sdl: print(blueprint.typeDefs),
    operations: description.value.operations,
    diagnostics: description.diagnostics,
    asked: reader.asked,
  };
}

/** One line for each diagnostic: `severity CODE at`. */
export function summary(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics.map(one => `${one.severity} ${one.code} ${one.at.slice(1).join(' ')}`.trim());
}
