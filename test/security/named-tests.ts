import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

/** A name of a test, of a group of tests, or of a row of a table of tests, with the ids that stand before it. */
export interface NamedTest {
  readonly ids: readonly string[];
  /** Without the ids. */
  readonly name: string;
  /** From the repository's root. */
  readonly file: string;
}

const ids = String.raw`[A-Z]\d{1,2}(?:, ?[A-Z]\d{1,2})*`;
const named = new RegExp(`^(${ids}): (.+)`);
const alone = new RegExp(`^${ids}$`);

/** Every test below the folder whose name begins with ids. Tests that are skipped or yet to be written prove nothing and are left out. */
export async function namedTests(root: string, folder = 'test'): Promise<readonly NamedTest[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  // The matrix's own test has examples of names.
  const files = entries.filter(({ name }) => name.endsWith('.test.ts') && name !== 'matrix.test.ts');
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      return namesIn(await readFile(path, 'utf8'), path.slice(root.length).replace(/^\//, ''));
    }),
  );
  return found.flat().sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

/**
 * In the order of the text: names are texts that begin with ids, wherever they stand, so that tables of tests are read as well; also tables
 * whose rows begin with the ids and the name apart.
 */
export function namesIn(source: string, file: string): readonly NamedTest[] {
  const tests: NamedTest[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isLeftOut(node.expression)) return;
    const [first, second] = ts.isArrayLiteralExpression(node) ? node.elements : [];
    const text = alone.test(textOf(first)) ? `${textOf(first)}: ${textOf(second)}` : textOf(node);
    const [, told, name] = named.exec(text) ?? [];
    if (told !== undefined && name !== undefined) tests.push({ ids: told.split(/, ?/), name: name.trim(), file });
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, false, ts.ScriptKind.TS));
  return tests;
}

/** `it.skip`, `describe.skip.each([…])`, `test.todo`. */
function isLeftOut(callee: ts.Expression): boolean {
  if (ts.isCallExpression(callee)) return isLeftOut(callee.expression);
  if (!ts.isPropertyAccessExpression(callee)) return false;
  return ['skip', 'todo'].includes(callee.name.text) || isLeftOut(callee.expression);
}

/** Empty where the node is no text. */
function textOf(node: ts.Node | undefined): string {
  if (node === undefined) return '';
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? templateText(node) : '';
}

function templateText({ head, templateSpans }: ts.TemplateExpression): string {
  return head.text + templateSpans.map(({ literal }) => `…${literal.text}`).join('');
}
