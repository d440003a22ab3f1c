import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturesExist } from '../corpus/corpus.ts';
import { startPeer } from './peer-process.ts';
import { countsText, tours } from './tours.ts';

const python = '/usr/bin/python3'; // Debian's, whose packages these are
const hasZeep = spawnSync(python, ['-c', 'import zeep']).status === 0;
if (!hasZeep) console.warn('SKIPPED: zeep is not installed (Debian: python3-zeep); it reads and answers no request.');
if (!fixturesExist) console.warn('SKIPPED: ../shared/fixtures is not there; zeep serves no WSDL of others.');

/** Documents, or operations in them, where zeep and we do not agree, and why. */
const explained: readonly (readonly [what: RegExp, why: string])[] = [
  [
    /(GetSubscription_|registration(-common)?\.wsdl|stockquote\.wsdl).* no operation/,
    'zeep leaves out what has a part that is not defined',
  ],
  [/nsTypeConflict.*'NoneType'/, 'zeep does not find the message of the input'],
  [/addPrefix.* no operation/, 'its binding has soap:input where wsdl:input should be, which zeep reads'],
  [
    /wsdl_with_restriction_attributes\.wsdl .* no operation/,
    'zeep takes a part with a type, in document style, for an element',
  ],
  [/header_doc_lit\.wsdl inoutHeader/, 'its body is of a part that its message does not have'],
  [
    /zeep\/wsdl_files\/soap_header\.wsdl .* Missing element price/,
    'a header of another message has the name of the body’s part',
  ],
];

describe.skipIf(!hasZeep || !fixturesExist)('zeep, as the backend of WSDLs of others', () => {
  let peer: Awaited<ReturnType<typeof startPeer>>;
  beforeAll(async () => {
    peer = await startPeer(python, [join(import.meta.dirname, 'zeep/backend.py')]);
  });
  afterAll(() => peer.stop());

  it('reads what was meant, and what it says is read (`-u` accepts a change of the counts)', async () => {
    const { rows, unexplained } = await tours(peer, { explained });
    expect(unexplained).toEqual([]);
    expect(Object.values(rows).filter(({ requests, answers }) => requests > 0 && answers > 0).length).toBeGreaterThan(
      30,
    );
    await expect(countsText(rows)).toMatchFileSnapshot('./zeep/counts.json');
  }, 600_000);

  it('does so in the reference lane, too', async () => {
    const { rows, unexplained } = await tours(peer, {
      explained,
      lane: 'reference',
      only: /cardealer|inherit|doc_lit_bare|rpc_lit/,
    });
    expect(unexplained).toEqual([]);
    expect(Object.values(rows).every(({ requests, answers }) => requests > 0 && answers > 0)).toBe(true);
  });
});
