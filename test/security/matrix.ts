import type { NamedTest } from './named-tests.ts';
import { type Section, untested } from './rows.ts';

const opening = `# Security matrix

Each threat to the edge, the tests that prove what the gateway does about it, and what has no test and why. Written by
\`npm run security-matrix\` from the names of the tests; the rows are \`test/security/rows.ts\`.
`;

/** The matrix as Markdown. */
export function matrixOf(sections: readonly Section[], tests: readonly NamedTest[]): string {
  return [opening, ...sections.map(section => sectionText(section, tests))].join('\n');
}

/** Rows that neither a test nor a reason speaks of. */
export function silentRows(sections: readonly Section[], tests: readonly NamedTest[]): readonly string[] {
  const proved = new Set(tests.flatMap(({ ids }) => ids));
  return sections.flatMap(({ rows }) =>
    rows.flatMap(({ id, pending }) => (pending === undefined && !proved.has(id) ? [id] : [])),
  );
}

function sectionText({ title, rows }: Section, tests: readonly NamedTest[]): string {
  const lines = rows.map(({ id, threat, pending }) => {
    const proofs = proofsOf(tests.filter(({ ids }) => ids.includes(id)));
    const isPending = pending !== undefined && (pending !== untested || proofs.length === 0);
    const rest = isPending ? [`${proofs.length > 0 ? 'in part ' : ''}pending: ${cell(pending)}`] : [];
    return `| ${id} | ${cell(threat)} | ${[...proofs, ...rest].join('<br>')} |\n`;
  });
  return `## ${title}\n\n| id | threat | tests |\n| --- | --- | --- |\n${lines.join('')}`;
}

/** By file. */
function proofsOf(tests: readonly NamedTest[]): readonly string[] {
  const files = new Map<string, Set<string>>();
  for (const { file, name } of tests) files.set(file, (files.get(file) ?? new Set()).add(name));
  return [...files].map(([file, names]) => `\`${file}\`: ${[...names].map(cell).join('; ')}`);
}

/** Text that ends no cell and starts no element. */
function cell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
