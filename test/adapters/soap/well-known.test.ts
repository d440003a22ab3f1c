import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { attribute, elementsOf } from '../../../src/adapter/xml/tree.ts';
import { wellKnownSchema, wellKnownSchemas } from '../../../src/adapters/soap/well-known/well-known-schema.ts';
import { described, summary } from './described.ts';
import { wrapper, wsdlText } from './wsdl-text.ts';

const hasXmllint = spawnSync('xmllint', ['--version']).status === 0;
if (!hasXmllint)
  console.warn('SKIPPED: xmllint is not installed (Debian: libxml2-utils); the built-in schemas are not validated.');
const namespaces = [...wellKnownSchemas.keys()];

describe.skipIf(!hasXmllint)('a built-in schema is one, by xmllint', () => {
  it.for(namespaces)('%s', namespace => {
    const folder = mkdtempSync(join(tmpdir(), 'selvage-known-'));
    try {
      const fileOf = (of: string) => `${namespaces.indexOf(of)}.xsd`;
      for (const [of, text] of wellKnownSchemas)
        writeFileSync(
          join(folder, fileOf(of)),
          text.replace(
            /<xs:import namespace="([^"]*)"/g,
            (start, other: string) => `${start} schemaLocation="${fileOf(other)}"`,
          ),
        );
      writeFileSync(join(folder, 'x.xml'), '<x/>');
      const args = ['--noout', '--nonet', '--schema', join(folder, fileOf(namespace)), join(folder, 'x.xml')];
      const { status, stderr } = spawnSync('xmllint', args, { encoding: 'utf8' });
      // 3: the schema is sound, and has no element x.
      expect([status, stderr.split('\n').filter(line => line.includes('Schemas parser'))]).toEqual([3, []]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('what a WSDL uses of it is known without being fetched', () => {
  it.for(namespaces)('%s', async namespace => {
    const globals = elementsOf(wellKnownSchema(namespace)!.root).filter(
      ({ local }) => local === 'element' || local === 'attribute',
    );
    const names = (kind: string) => globals.filter(({ local }) => local === kind).map(one => attribute(one, 'name')!);
    const uses = [
      ...names('element').map(name => `<xs:element ref="k:${name}" minOccurs="0"/>`),
      '<xs:element name="own" type="xs:int"/>',
    ].join('');
    const attributes = names('attribute').map(
      name => `<xs:attribute ref="${namespace.endsWith('/namespace') ? 'xml' : 'k'}:${name}"/>`,
    );
    const schema = `<xs:import namespace="${namespace}" schemaLocation="http://away.invalid/known.xsd"/>
      <xs:complexType name="T"${namespace.endsWith('/namespace') ? '' : ` xmlns:k="${namespace}"`}><xs:sequence>${uses}</xs:sequence>${attributes.join('')}</xs:complexType>
      ${wrapper('GetX', '')}${wrapper('GetXResponse', '<xs:element name="x" type="t:T"/>')}`;
    const { sdl, asked, diagnostics } = await described({ '/a/x.wsdl': wsdlText(schema, ['GetX']) });
    expect(asked).toEqual(['/a/x.wsdl']);
    expect(summary(diagnostics).filter(line => !line.startsWith('note'))).toEqual([]);
    // XML is only what its own schema leaves open.
    expect(sdl.split('\n').filter(line => /: \[?XML/.test(line) && !/^ {2}_any\d?: \[XML!\]$/.test(line))).toEqual([]);
  });
});
