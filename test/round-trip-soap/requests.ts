import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildASTSchema, type GraphQLSchema, getNamedType, isCompositeType, isObjectType } from 'graphql';
import { Sampler } from '../adapters/soap/sample.ts';
import { startRecorder } from '../round-trip/recorder.ts';
import { openWsdl } from './open-wsdl.ts';
import { rpcWrappers, writeSchemas } from './written-schemas.ts';

interface Miss {
  readonly operation: string;
  readonly reason: string;
}

const encoded = 'the message is encoded';

/** What was found of one document. */
export interface Tally {
  operations: number;
  /** That arrived at the backend. */
  requests: number;
  /** Of those, what xmllint finds valid by the schemas as they are written. */
  valid: number;
  /** Of those that arrived, what cannot be validated: by reason. */
  readonly notValidated: Record<string, number>;
  readonly misses: Miss[];
}

export interface Wishes {
  readonly seed: number;
  readonly perOperation: number;
  /** Operations, taken evenly. Default: all. */
  readonly mostOperations?: number;
}

/** Asks the operations of a WSDL through the gateway, arguments in any order, and has xmllint look at what arrives. */
export async function askAll(
  file: string,
  root: string,
  wellKnown: ReadonlyMap<string, string>,
  wishes: Wishes,
): Promise<Tally> {
  const tally: Tally = { operations: 0, requests: 0, valid: 0, notValidated: {}, misses: [] };
  const recorder = await startRecorder();
  const gateway = await openWsdl(file, root, recorder.url);
  const folder = mkdtempSync(join(tmpdir(), 'selvage-xmllint-'));
  try {
    if (!gateway) return tally;
    const { blueprint } = gateway;
    const schema = buildASTSchema(blueprint.typeDefs, { assumeValid: true });
    const calls = Object.entries(blueprint.calls);
    const step = Math.max(1, calls.length / (wishes.mostOperations ?? calls.length));
    const bodies: { readonly operation: string; readonly body: string; readonly bare: boolean }[] = [];
    for (let at = 0; at < calls.length; at += step) {
      const [coordinate, call] = calls[Math.floor(at)]!;
      tally.operations += 1;
      const query = queryOf(schema, coordinate);
      for (let turn = 0; turn < wishes.perOperation; turn += 1) {
        const args = new Sampler(blueprint.model.types, wishes.seed + tally.operations * 31 + turn).args(call.input);
        recorder.answer({ status: 202, contentType: 'text/xml', body: '' });
        const answer = await gateway.ask(query, args);
        const [recorded, ...others] = recorder.recorded();
        if (!recorded || others.length > 0) {
          const told = answer.errors?.map(({ message }) => message).join('; ');
          tally.misses.push({
            operation: coordinate,
            reason: `arrived ${others.length + (recorded ? 1 : 0)} times: ${told} ${JSON.stringify(args).slice(0, 300)}`,
          });
          continue;
        }
        tally.requests += 1;
        if (call.input.encoded) {
          tally.notValidated[encoded] = (tally.notValidated[encoded] ?? 0) + 1;
          continue;
        }
        bodies.push({ operation: coordinate, body: bodyOf(recorded.body), bare: call.input.element === undefined });
      }
    }
    validate(file, folder, wellKnown, bodies, tally);
    return tally;
  } finally {
    rmSync(folder, { recursive: true });
    await gateway?.close();
    await recorder.close();
  }
}

/** An operation of one root field, whose arguments are all variables of their names. */
function queryOf(schema: GraphQLSchema, coordinate: string): string {
  const [kind = '', field = ''] = coordinate.split('.');
  const type = schema.getType(kind);
  const root = isObjectType(type) ? type.getFields()[field]! : undefined; // every call has its root field
  const given = (root?.args ?? []).map(({ name }) => `${name}: $${name}`);
  const declared = (root?.args ?? []).map(({ name, type }) => `$${name}: ${String(type)}`);
  const bracketed = (list: string[]) => (list.length > 0 ? `(${list.join(', ')})` : '');
  const selection = root && isCompositeType(getNamedType(root.type)) ? '{ __typename }' : '';
  return `${kind.toLowerCase()}${bracketed(declared)} { ${field}${bracketed(given)} ${selection} }`;
}

function validate(
  file: string,
  folder: string,
  wellKnown: ReadonlyMap<string, string>,
  bodies: readonly { readonly operation: string; readonly body: string; readonly bare: boolean }[],
  tally: Tally,
): void {
  const notValidated = (reason: string, count: number) => {
    if (count > 0) tally.notValidated[reason] = (tally.notValidated[reason] ?? 0) + count;
  };
  const elements = bodies.filter(({ bare }) => !bare);
  notValidated('the body holds the content of a type, which has no element', bodies.length - elements.length);
  const { schema } = writeSchemas(file, folder, wellKnown, rpcWrappers);
  for (let from = 0; from < elements.length; from += 300) {
    const batch = elements.slice(from, from + 300);
    const files = batch.map(({ body }, index) => {
      const path = join(folder, `${index}.xml`);
      writeFileSync(path, body);
      return path;
    });
    const { stderr } = spawnSync('xmllint', ['--noout', '--nonet', '--huge', '--schema', schema, ...files], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    const broken = stderr.split('\n').find(line => line.includes('WXS schema') && line.includes('failed to compile'));
    if (broken !== undefined) {
      const why = stderr.split('\n').find(line => /parser error/.test(line)) ?? broken;
      notValidated(
        `xmllint does not take the schemas: ${why.replaceAll(`${folder}/`, '').replace(/^.*parser error : /, '')}`,
        batch.length,
      );
      continue;
    }
    const lines = stderr.split('\n');
    for (const [index, path] of files.entries()) {
      if (lines.includes(`${path} validates`)) tally.valid += 1;
      else {
        const line =
          lines.find(one => one.startsWith(`${path}:`)) ?? lines.find(one => one.includes(path)) ?? 'no word';
        tally.misses.push({ operation: batch[index]!.operation, reason: line.replace(/^.*?(error|warning) : /, '') });
      }
    }
  }
}

/** The element in an envelope's body, as a document of its own. */
function bodyOf(envelope: string): string {
  return /<soap:Body>(.*)<\/soap:Body>/s.exec(envelope)?.[1] ?? '';
}
