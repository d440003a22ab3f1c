import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { matrixOf, silentRows } from '../test/security/matrix.ts';
import { namedTests } from '../test/security/named-tests.ts';
import { sections } from '../test/security/rows.ts';

/** Writes docs/security-matrix.md. Fails where a row has neither a test nor a reason. */
const root = fileURLToPath(new URL('..', import.meta.url));
const tests = await namedTests(root);
await writeFile(new URL('../docs/security-matrix.md', import.meta.url), matrixOf(sections, tests));
const silent = silentRows(sections, tests);
if (silent.length > 0) {
  process.stderr.write(`Rows with neither a test nor a reason: ${silent.join(', ')}\n`);
  process.exitCode = 1;
}
