import { setFlagsFromString } from 'node:v8';
import { SaxesParser } from 'saxes';
import { describe, expect, it, vi } from 'vitest';
import { parseXml, type XmlHandler, type XmlStart } from '../../../src/adapter/xml/parse-xml.ts';
import { answerLimits, readXml } from '../../../src/adapter/xml/read-xml.ts';

/** What is told of a document, a line for each start tag, text and end tag; or the reason why it is none. */
function told(text: string): string[] {
  const lines: string[] = [];
  const parsed = parseXml(text, answerLimits, listing(lines));
  return parsed.ok ? lines : [`refused: ${parsed.problem}`];
}

function listing(lines: string[]): XmlHandler {
  const start = ({ namespace, local, attributes }: XmlStart) =>
    [`<{${namespace}}${local}`, ...attributes.map(one => `{${one.namespace}}${one.local}=${one.value}`).sort()].join(
      ' ',
    );
  return {
    open: each => void lines.push(start(each)),
    text: content => void lines.push(content),
    close: () => void lines.push('>'),
  };
}

/** The same by the namespaces of saxes itself. */
function toldBySaxes(text: string): string[] {
  const lines: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on('opentag', ({ uri, local, attributes }) => {
    const own = Object.values(attributes).filter(({ name, prefix }) => name !== 'xmlns' && prefix !== 'xmlns');
    lines.push([`<{${uri}}${local}`, ...own.map(one => `{${one.uri}}${one.local}=${one.value}`).sort()].join(' '));
  });
  parser.on('text', content => lines.push(content));
  parser.on('closetag', () => lines.push('>'));
  try {
    parser.write(text).close();
  } catch (error) {
    return [`refused: ${String(error)}`];
  }
  return lines;
}

/** A reproducible source of numbers below a bound. */
function random(seed: number): (below: number) => number {
  let state = seed + 1;
  return below => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const names = ['a', 'p:a', 'q:a', 'p:b', 'xml:a', 'r:a', 'p:q:a', ':a', 'a:', 'xmlns:a', 'b'];
const attributes = [
  'xmlns="urn:1"',
  'xmlns=""',
  'xmlns="urn:2"',
  'xmlns:p="urn:1"',
  'xmlns:p="urn:2"',
  'xmlns:p=" urn:1 "',
  'xmlns:q="urn:1"',
  'xmlns:q="urn:3"',
  'xmlns:p=""',
  'xmlns:xml="http://www.w3.org/XML/1998/namespace"',
  'xmlns:xml="urn:1"',
  'xmlns:xmlns="urn:1"',
  'xmlns:q="http://www.w3.org/XML/1998/namespace"',
  'xmlns="http://www.w3.org/2000/xmlns/"',
  'xmlns:a:b="urn:1"',
  'a="1"',
  'p:a="1"',
  'q:a="1"',
  'xml:lang="en"',
  'r:a="1"',
  'p:a:b="1"',
];
/** The first of them are sound by themselves, so that documents are not refused at once. */
const likely = { names: 4, attributes: 8 };

function documentOf(seed: number): string {
  const next = random(seed);
  const pick = (from: readonly string[], first: number) => from[next(next(40) === 0 ? from.length : first)]!;
  const element = (depth: number, always: string): string => {
    const name = pick(names, likely.names);
    const given = Array.from({ length: next(3) }, () => ` ${pick(attributes, likely.attributes)}`).join('');
    const children = Array.from({ length: depth > 3 ? 0 : next(4) }, () => element(depth + 1, '')).join('t');
    return `<${name}${always}${given}>${children}</${name}>`;
  };
  const root = element(0, next(3) === 0 ? '' : ' xmlns:p="urn:0" xmlns:q="urn:q"');
  return next(10) === 0 ? `<?p:i x?>${root}` : root;
}

describe('names of XML', () => {
  it('mean what saxes says that they mean, and are refused where it refuses them', () => {
    const outcomes = { read: 0, refused: 0 };
    for (let seed = 0; seed < 6_000; seed += 1) {
      const text = documentOf(seed);
      const [ours, theirs] = [told(text), toldBySaxes(text)];
      const isRefused = theirs[0]?.startsWith('refused') ?? false;
      outcomes[isRefused ? 'refused' : 'read'] += 1;
      expect([text, isRefused ? ours[0]?.slice(0, 7) : ours]).toEqual([text, isRefused ? 'refused' : theirs]);
    }
    expect(outcomes.read).toBeGreaterThan(800);
    expect(outcomes.refused).toBeGreaterThan(1_000);
  });

  it.for([
    ['<p:a/>', '1:6: unbound namespace prefix: "p".'],
    ['<a p:b=""/>', '1:11: unbound namespace prefix: "p".'],
    ['<a xmlns:p="u" xmlns:q="u" p:b="" q:b=""/>', '1:42: duplicate attribute: {u}b.'],
    ['<p:q:a xmlns:p="u"/>', '1:20: malformed name: p:q:a.'],
    ['<?p:i ?><a/>', '1:8: disallowed character in processing instruction name.'],
    ['<!DOCTYPE a><a/>', '1:12: a document type declaration is not allowed.'],
  ] as const)('%s is refused with its place', ([text, problem]) => {
    expect(readXml(text, answerLimits)).toEqual({ ok: false, problem });
  });
});

describe('the parser', () => {
  it('starts afresh after a document that was refused in the midst of an attribute', () => {
    expect(told('<a b="1" c="<"/>')[0]).toMatch(/^refused/);
    expect(told('<a d="2">t</a>')).toEqual(['<{}a {}d=2', 't', '>']);
  });

  it('reads a document while it reads another', () => {
    const outer: string[] = [];
    const inner: string[] = [];
    const handler = listing(outer);
    const reading = parseXml('<a><b/></a>', answerLimits, {
      ...handler,
      open(start) {
        handler.open(start);
        inner.push(...told('<c xmlns="u">t</c>'));
      },
    });
    expect([reading.ok, outer]).toEqual([true, ['<{}a', '<{}b', '>', '>']]);
    expect(inner).toEqual(['<{u}c', 't', '>', '<{u}c', 't', '>']);
  });

  it('is no dictionary to V8, which would take five times as long', () => {
    setFlagsFromString('--allow-natives-syntax');
    const isFast = new Function('parser', 'return %HasFastProperties(parser)') as (parser: unknown) => boolean;
    const write = vi.spyOn(SaxesParser.prototype, 'write');
    told('<a b="1">t<![CDATA[u]]></a>');
    const [parser] = write.mock.contexts;
    write.mockRestore();
    expect([isFast(Object.create(null)), isFast(parser)]).toEqual([false, true]);
  });
});
