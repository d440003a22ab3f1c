import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;

/** What xmllint has against the elements, by the one schema that stands in the WSDL and those that lie beside it. */
export function complaints(wsdl: string, elements: readonly string[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'selvage-xmllint-'));
  try {
    const text = readFileSync(wsdl, 'utf8');
    const [, opening, rest] = /(<(?:\w+:)?schema\s[^>]*)(>[\s\S]*<\/(?:\w+:)?schema>)/.exec(text)!;
    const inScope = /<(?:\w+:)?definitions\s[^>]*/.exec(text)![0].match(/xmlns:\w+="[^"]*"/g) ?? [];
    const missing = inScope.filter(declaration => !opening!.includes(declaration.split('=')[0]!));
    writeFileSync(join(folder, 'schema.xsd'), [opening, ...missing].join(' ') + rest);
    for (const file of readdirSync(dirname(wsdl)).filter(name => name.endsWith('.xsd')))
      copyFileSync(join(dirname(wsdl), file), join(folder, file));
    const files = elements.map((element, index) => {
      const file = join(folder, `${index}.xml`);
      writeFileSync(file, element);
      return file;
    });
    const args = ['--noout', '--nonet', '--schema', join(folder, 'schema.xsd'), ...files];
    const { stderr } = spawnSync('xmllint', args, { encoding: 'utf8' });
    const lines = stderr.replaceAll(`${folder}/`, '').split('\n');
    return lines.filter(line => line !== '' && !/^\d+\.xml validates$/.test(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
