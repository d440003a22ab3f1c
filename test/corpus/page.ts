import type { Counts } from './corpus.ts';

type Row = Counts & { readonly documents: number };

/** Folders of many small documents, of which one row tells. */
const together =
  /^(openapi\/(oai-conformance\/[^/]+\/(?:pass|fail)|oai-examples|readmeio|openapi-to-graphql(?=\/example_))|(?:wsdl|proto)\/[^/]+)/;

/** `docs/corpus.md`: the counts as a person reads them. */
export function corpusPage(counts: Readonly<Record<string, Counts>>): string {
  const rows = new Map<string, Row>();
  for (const [name, each] of Object.entries(counts)) {
    const key = together.exec(name)?.[1] ?? name;
    rows.set(key, added(rows.get(key), each));
  }
  const section = (title: string, folder: string) => [
    `## ${title}`,
    '',
    ...table([...rows].filter(([name]) => name.startsWith(folder))),
  ];
  return `${[
    '# Real documents',
    '',
    "What documents of other makers come to (`test/corpus`, which reads them beside a checkout; GitHub's is the package `@octokit/openapi`). An",
    'operation is imported when it has a field whose answer is typed wherever the document types it; what is not has a diagnostic that says why,',
    'with its address. Errors are those of the GraphQL schema. This page is written by `npx vitest run test/corpus -u`.',
    '',
    ...section('OpenAPI and Swagger', 'openapi/'),
    '',
    ...section('WSDL', 'wsdl/'),
    '',
    ...section('Protocol Buffers', 'proto/'),
  ].join('\n')}\n`;
}

function added(row: Row | undefined, counts: Counts): Row {
  if (!row) return { ...counts, documents: 1 };
  const diagnostics = { ...row.diagnostics };
  for (const [key, count] of Object.entries(counts.diagnostics)) diagnostics[key] = (diagnostics[key] ?? 0) + count;
  return {
    documents: row.documents + 1,
    total: row.total + counts.total,
    imported: row.imported + counts.imported,
    types: row.types + counts.types,
    invalid: row.invalid + counts.invalid,
    diagnostics,
  };
}

function table(rows: readonly (readonly [name: string, row: Row])[]): string[] {
  const all = rows
    .map(([, row]) => row)
    .reduce<Row | undefined>(
      (sum, row) => ({ ...added(sum, row), documents: (sum?.documents ?? 0) + row.documents }),
      undefined,
    );
  const line = (name: string, { documents, total, imported, types, invalid, diagnostics }: Row) => {
    const told = Object.entries(diagnostics)
      .sort()
      .map(([key, count]) => `${count} ${key}`);
    const operations = imported === total ? String(total) : `${imported} of ${total}`;
    return `| ${[documents === 1 ? name : `${name} (${documents})`, operations, types, invalid, told.join(', ')].join(' | ')} |`;
  };
  return [
    '| document | operations | types | errors | diagnostics |',
    '|---|---|---|---|---|',
    ...rows.map(([name, row]) => line(name, row)),
    ...(all ? [line('**all**', { ...all, diagnostics: {} })] : []),
  ];
}
