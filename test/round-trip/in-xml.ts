import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Documents, isObject } from './documents.ts';

/**
 * A copy of a document that offers XML beside something else, in which it offers XML alone there: else nothing would ever be asked, or answered,
 * in it. Undefined where there is no such offer, or the document is more than one file.
 */
export async function inXml(file: string) {
  const counted = { offers: 0 };
  const value = onlyXml(new Documents().root(file).value, counted);
  const text = JSON.stringify(value);
  if (counted.offers === 0 || /"\$ref":"[^#"]/.test(text)) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'selvage-in-xml-'));
  const copy = join(folder, 'document.json');
  await writeFile(copy, text);
  return { file: copy, remove: () => rm(folder, { recursive: true }) };
}

function onlyXml(value: unknown, counted: { offers: number }): unknown {
  if (Array.isArray(value)) return value.map(item => onlyXml(item, counted));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => {
    const types = key === 'content' && isObject(member) ? Object.keys(member) : offered(key, member);
    const xml = types.filter(type => /^(application|text)\/(.*\+)?xml\b/.test(type));
    if (xml.length === 0 || xml.length === types.length) return [key, onlyXml(member, counted)];
    counted.offers += 1;
    const kept = isObject(member) ? Object.fromEntries(xml.map(type => [type, onlyXml(member[type], counted)])) : xml;
    return [key, kept];
  });
  return Object.fromEntries(members);
}

/** Swagger 2.0. */
function offered(key: string, member: unknown): string[] {
  return (key === 'consumes' || key === 'produces') && Array.isArray(member) ? member.map(String) : [];
}
