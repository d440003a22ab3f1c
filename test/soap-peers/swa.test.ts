import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Upload } from '../../src/base/upload.ts';
import { fixture, fixturesExist } from '../corpus/corpus.ts';
import { openGateway } from '../corpus/open-gateway.ts';
import { multipartForm } from '../support/multipart-form.ts';
import { wholeFile } from '../support/whole-file.ts';
import { startPeer } from './peer-process.ts';

const python = '/usr/bin/python3';
const hasPython = spawnSync(python, ['-c', 'from email.policy import HTTP']).status === 0;
if (!hasPython) console.warn('SKIPPED: Python is not installed (Debian: python3); attachments are not read by it.');
if (!fixturesExist)
  console.warn('SKIPPED: ../shared/fixtures is not there; the WSDL of CXF with attachments is not asked.');

interface Piece {
  readonly id: string | null;
  readonly type: string;
  readonly content: string;
}

interface Taken {
  readonly type: string;
  readonly root: Piece;
  readonly parts: readonly Piece[];
  readonly defects?: readonly string[];
}

const envelope = (body: string, header = '') =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" xmlns:y="http://cxf.apache.org/swa/types">${header}<e:Body>${body}</e:Body></e:Envelope>`;
const base64 = (text: string) => Buffer.from(text, 'latin1').toString('base64');
/** What would end a part, were it not told apart. */
const nasty = '\r\n--\r\n\x00\xff=3D \r\n.\r\n';

/** PHP's SoapServer, spyne and zeep know nothing of attachments: here it is Python's own MIME that reads and writes them. */
describe.skipIf(!hasPython || !fixturesExist).each(['plan', 'reference'] as const)(
  'attachments of CXF’s WSDL, by Python’s email package: in the %s lane',
  lane => {
    let peer: Awaited<ReturnType<typeof startPeer>>;
    let gateway: Awaited<ReturnType<typeof openGateway>>;
    beforeAll(async () => {
      peer = await startPeer(python, [join(import.meta.dirname, 'swa/backend.py')]);
      const swa = {
        protocol: 'soap',
        document: fixture('wsdl/cxf/swa-mime.wsdl'),
        endpoint: `${peer.url}/soap`,
        headerArguments: ['headerText'],
        envelope: ['echoDataWithHeader'],
      };
      gateway = await openGateway({ sources: { swa }, lane });
    });
    afterAll(async () => {
      await gateway.close();
      await peer.stop();
    });

    /** Posts an operation with its files (GraphQL multipart request specification); gives the data, and what the peer took. */
    async function asks(
      query: string,
      files: Readonly<Record<string, readonly [content: string, type: string]>>,
      answer: object,
    ) {
      await fetch(`${peer.url}/answer`, { method: 'POST', body: JSON.stringify({ root: 'text/xml', ...answer }) });
      const uploads = Object.entries(files).map(([name, [content, type]]) => {
        const file = wholeFile(Buffer.from(content, 'latin1'), `${name}.bin`, type);
        return [name, new Upload(file, `variables.${name}`)] as const;
      });
      const form = multipartForm(query, Object.fromEntries(uploads));
      const headers = { 'x-selvage-csrf': '1' };
      const response = await fetch(gateway.url, { method: 'POST', body: form, headers });
      const [taken, ...others] = (await (await fetch(`${peer.url}/taken`)).json()) as Taken[]; // the peer's own
      expect(others).toEqual([]);
      expect(taken?.defects ?? []).toEqual([]);
      return { answered: (await response.json()) as unknown, taken };
    }

    it('are bytes beside the envelope, of any kind', async () => {
      const { answered, taken } = await asks(
        'mutation ($data: File!) { echoData(input: "<é>", data: $data) { text data } }',
        { data: [nasty, 'application/octet-stream'] },
        {
          envelope: envelope('<y:text>ü</y:text>'),
          parts: [{ id: 'data=1@host', type: 'application/octet-stream', content: base64(nasty), encoding: 'base64' }],
        },
      );
      expect(answered).toEqual({ data: { echoData: { text: 'ü', data: base64(nasty) } } });
      expect(taken?.type).toMatch(/^multipart\/related; type="text\/xml"; start="<message@selvage>"; boundary=/);
      expect(taken?.root.content).toContain('>&lt;é&gt;</n0:text></soap:Body>');
      expect(taken?.parts).toEqual([
        {
          id: expect.stringMatching(/^<data=[^@]+@selvage>$/),
          type: 'application/octet-stream',
          content: base64(nasty),
        },
      ]);
    });

    it('stand beside header blocks', async () => {
      const { answered, taken } = await asks(
        'mutation ($data: File!) { echoDataWithHeader(input: "a", data: $data, headerText: "H") { value { headerText data } _headers { headerText } } }',
        { data: ['x', 'text/csv'] },
        {
          envelope: envelope('<y:headerText>b</y:headerText>', '<e:Header><y:headerText>G</y:headerText></e:Header>'),
          parts: [{ id: 'data=1@host', type: 'text/csv', content: base64('a=3D b\r\n'), encoding: 'quoted-printable' }],
        },
      );
      const value = { headerText: 'b', data: base64('a=3D b\r\n') };
      expect(answered).toEqual({ data: { echoDataWithHeader: { value, _headers: { headerText: 'G' } } } });
      expect(taken?.root.content).toMatch(/<soap:Header><n0:headerText [^>]*>H<\/n0:headerText><\/soap:Header>/);
    });

    it('are text, XML as text and pictures, five at a time', async () => {
      const types = ['text/plain', 'text/html', 'text/xml', 'image/jpeg', 'image/gif'];
      const fields = types.map((_, index) => `attach${index + 1}`);
      const { answered, taken } = await asks(
        `mutation ($attach4: File!, $attach5: File!) { echoAllAttachmentTypes(attach1: "é", attach2: "<p>", attach3: "<x/>", attach4: $attach4, attach5: $attach5) {
          OutputResponseAll { result reason } ${fields.join(' ')} } }`,
        { attach5: ['GIF', 'image/gif'], attach4: ['JPG', 'image/png'] },
        {
          envelope: envelope('<y:OutputResponseAll><result>r</result><reason>s</reason></y:OutputResponseAll>'),
          parts: types.map((type, index) => ({
            ...{ id: `attach${index + 1}=1@host`, type, content: Buffer.from(`é${index}`).toString('base64') },
            encoding: index % 2 === 0 ? 'base64' : 'quoted-printable',
          })),
        },
      );
      const bytes = (index: number) => Buffer.from(`é${index}`).toString('base64');
      expect(answered).toEqual({
        data: {
          echoAllAttachmentTypes: {
            OutputResponseAll: { result: 'r', reason: 's' },
            ...{ attach1: 'é0', attach2: 'é1', attach3: 'é2', attach4: bytes(3), attach5: bytes(4) },
          },
        },
      });
      expect(
        taken?.parts.map(({ id, type, content }) => [id?.slice(1, 8), type, Buffer.from(content, 'base64').toString()]),
      ).toEqual([
        ['attach1', 'text/plain; charset="UTF-8"', 'é'],
        ['attach2', 'text/html; charset="UTF-8"', '<p>'],
        ['attach3', 'text/xml; charset="UTF-8"', '<x/>'],
        ['attach4', 'image/jpeg', 'JPG'],
        ['attach5', 'image/gif', 'GIF'],
      ]);
    });

    it('are referred to by their URLs (swaRef)', async () => {
      const { answered, taken } = await asks(
        'mutation ($ref: File!) { echoDataRef(input: { DataRef: $ref }) }',
        { ref: [nasty, 'image/png'] },
        {
          envelope: envelope('<y:DataStruct><DataRef>cid:1%402</DataRef></y:DataStruct>'),
          parts: [
            { id: '0@2', type: 'text/plain', content: base64('other'), encoding: '8bit' },
            { id: '1@2', type: 'image/png', content: base64(nasty), encoding: 'base64' },
          ],
        },
      );
      expect(answered).toEqual({ data: { echoDataRef: base64(nasty) } });
      const [only, ...more] = taken?.parts ?? [];
      expect(more).toEqual([]);
      expect(only).toEqual({ id: expect.any(String), type: 'image/png', content: base64(nasty) });
      expect(taken?.root.content).toContain(`<DataRef>cid:${only?.id?.slice(1, -1)}</DataRef>`);
    });
  },
);
