/** A fenced block of a spec whose info string has an `@kind`: "```yaml @source catalogue openapi". */
export interface Block {
  readonly language: string;
  readonly kind: string;
  /** What follows the kind. */
  readonly words: readonly string[];
  readonly text: string;
  readonly line: number;
}

export interface SpecCase {
  readonly title: string;
  /** The blocks above the first `##`, which every case shares, then the case's own. */
  readonly blocks: readonly Block[];
}

interface SpecFile {
  readonly title: string;
  readonly cases: readonly SpecCase[];
}

const kinds = [
  'source',
  'file',
  'overlay',
  'config',
  'query',
  'variables',
  'headers',
  'request',
  'exchange',
  'plan',
  'result',
  'schema',
  'diagnostics',
];

/** Reads a spec: its `#` heading, the shared blocks, and one case for each `##` heading that has blocks of its own. */
export function parseSpec(markdown: string): SpecFile {
  let title = '';
  const shared: Block[] = [];
  const cases: { title: string; blocks: Block[] }[] = [];
  const lines = markdown.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const line = lines[index]!;
    if (line.startsWith('# ')) title = line.slice(2).trim();
    if (line.startsWith('## ')) cases.push({ title: line.slice(3).trim(), blocks: [] });
    if (!line.startsWith('```')) continue;
    const end = lines.indexOf('```', index + 1);
    if (end < 0) throw new SyntaxError(`line ${index + 1}: the fence is not closed`);
    const block = blockOf(line.slice(3), lines.slice(index + 1, end).join('\n'), index + 1);
    if (block) (cases.at(-1)?.blocks ?? shared).push(block);
    index = end;
  }
  const ownCases = cases.filter(({ blocks }) => blocks.length > 0);
  return { title, cases: ownCases.map(({ title, blocks }) => ({ title, blocks: [...shared, ...blocks] })) };
}

function blockOf(info: string, text: string, line: number): Block | undefined {
  const [language = '', mark = '', ...words] = info.trim().split(/\s+/);
  if (!mark.startsWith('@')) return undefined;
  const kind = mark.slice(1);
  if (!kinds.includes(kind))
    throw new SyntaxError(`line ${line}: no block is called @${kind}; there are ${kinds.join(', ')}`);
  return { language, kind, words, text, line };
}
