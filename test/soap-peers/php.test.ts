import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BodyModel } from '../../src/adapters/soap/model/call.ts';
import { leavesWithin, type Types } from '../../src/adapters/soap/model/fields.ts';
import { fixturesExist } from '../corpus/corpus.ts';
import { startPeer } from './peer-process.ts';
import type { Peer } from './tour.ts';
import { countsText, tours } from './tours.ts';

const hasPhp = spawnSync('php', ['-r', 'exit(class_exists("SoapServer") ? 0 : 1);']).status === 0;
if (!hasPhp) console.warn('SKIPPED: PHP with SOAP is not installed (Debian: php-cli php-soap); it serves no WSDL.');
if (!fixturesExist) console.warn('SKIPPED: ../shared/fixtures is not there; PHP serves no WSDL of others.');

/** Documents, or operations in them, where PHP and we do not agree, and why. */
const explained: readonly (readonly [what: RegExp, why: string])[] = [
  [/hello_world_soap_action_rpc/, 'PHP names what stands in an rpc wrapper by its part, though it is a global element'],
  [/addPrefix/, 'its binding has no wsdl:output'],
  [
    /EVacSyncService_SPClient\.wsdl eOrder[\s\S]* 'ResultCode ' property/,
    'an element has a space after its name, which PHP keeps',
  ],
  [/testXopString answered/, 'PHP encodes a text that it is to write as base64'],
  [
    /Procedure '\w+' not present/,
    'PHP knows an element only of a message of one part, in a binding that says it is of document style',
  ],
  [/wsdl_with_restriction_attributes\.wsdl [\s\S]* without function call/, 'PHP does not take a body that is text'],
  [/test_chars\.wsdl/, 'PHP takes a binding that does not say its style for rpc'],
];

describe.skipIf(!hasPhp || !fixturesExist)('the SoapServer of PHP, as the backend of WSDLs of others', () => {
  const folder = mkdtempSync(join(tmpdir(), 'selvage-php-'));
  let server: Awaited<ReturnType<typeof startPeer>>;
  beforeAll(async () => {
    const script = join(import.meta.dirname, 'php/backend.php');
    server = await startPeer('php', ['-S', '127.0.0.1:0', script], { SELVAGE_PEER: folder });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  it('reads what was meant, and what it says is read (`-u` accepts a change of the counts)', async () => {
    const peer: Peer = {
      url: server.url,
      // Its functions have the parts of a message as their arguments, or the element that is the message.
      taken(types, { input, style }, value) {
        const parts = value as readonly unknown[]; // the arguments
        if (style === 'document' && input.element) return parts[0];
        return Object.fromEntries(partNames(types, input).map((name, index) => [name, parts[index]]));
      },
      said(types, { output, style }, value) {
        if (!output || (style === 'document' && output.element)) return value;
        const [only = '', ...more] = partNames(types, output);
        return more.length === 0 ? (value as Record<string, unknown>)[only] : { $parts: value }; // of a wrapper
      },
    };
    const { rows, unexplained } = await tours(peer, { explained });
    expect(unexplained).toEqual([]);
    expect(Object.values(rows).filter(({ requests, answers }) => requests > 0 && answers > 0).length).toBeGreaterThan(
      30,
    );
    await expect(countsText(rows)).toMatchFileSnapshot('./php/counts.json');
  }, 600_000);
});

function partNames(types: Types, body: BodyModel): string[] {
  const type = types[body.type];
  const leaves = type?.kind === 'complex' ? leavesWithin(types, type) : [];
  return leaves.flatMap(leaf => (leaf.kind === 'element' ? [leaf.local] : []));
}
