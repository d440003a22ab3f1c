import { buildASTSchema, type GraphQLSchema } from 'graphql';
import type { Adapter, Blueprint } from '../../src/adapter/adapter.ts';
import { selectionText } from '../../src/adapter/selection.ts';
import { adapters } from '../../src/adapters/index.ts';
import { formatDiagnostic } from '../../src/base/diagnostic.ts';
import { Plans } from '../../src/plan/plan-cache.ts';
import { openReader } from '../../src/source/open-reader.ts';
import { defaultSourceOptions, type Source } from '../../src/source/source.ts';
import { compose } from '../../src/supergraph/compose.ts';
import type { Member, Supergraph } from '../../src/supergraph/supergraph.ts';
import type { Backends } from './backends.ts';
import type { SourceModel, World } from './model.ts';
import { overlayOf } from './overlay.ts';
import { Random } from './random.ts';

/** Stands between the lanes and the backends; `run`: which run of an operation it is (the request's id). */
export interface Between {
  /** Is told each call that goes to a backend. */
  sent(run: string, call: string, args: Readonly<Record<string, unknown>>, selection: string): void;
  /** Says when an answer is handed on. */
  answered<T>(run: string, answer: Promise<T>): Promise<T>;
}

/** A world whose documents went through the real adapters, before real backends. */
export interface ServedWorld {
  readonly world: World;
  readonly overlay: string;
  readonly supergraph: Supergraph;
  readonly plans: Plans;
  close(): Promise<void>;
}

/** Milliseconds: what hangs ends then. */
const timeout = 5_000;

export async function serveWorld(world: World, backends: Backends, between: Between): Promise<ServedWorld> {
  await backends.show(world);
  const members: Member[] = [];
  const schemas = new Map<SourceModel, GraphQLSchema>();
  for (const model of world.sources) {
    const source = sourceOf(model, backends);
    const adapter = await adapters[model.protocol]!();
    const described = await adapter.describe(source, {
      reader: openReader(source),
      signal: AbortSignal.timeout(60_000),
    });
    if (!described.ok) throw new SyntaxError(described.diagnostics.map(formatDiagnostic).join('\n'));
    const blueprint = withGroups(described.value.blueprint, new Random('groups', world.seed, model.name));
    schemas.set(model, buildASTSchema(blueprint.typeDefs, { assumeValid: true, assumeValidSDL: true }));
    members.push({ source, subschema: watched(source, adapter.connect(blueprint, source), between) });
  }
  const overlay = overlayOf(world, schemas);
  const composed = compose({ members, overlay: [{ address: 'overlay.graphql', text: overlay }], absent: [] });
  if (!composed.ok)
    throw new SyntaxError([...composed.diagnostics.map(formatDiagnostic), overlay, `world ${world.seed}`].join('\n'));
  return {
    world,
    overlay,
    supergraph: composed.value,
    plans: new Plans(),
    close: async () => {
      await Promise.all(members.map(({ subschema }) => subschema.close()));
    },
  };
}

/** Of each other source the queries stand in a namespace. */
function withGroups(blueprint: Blueprint<unknown, unknown>, random: Random): Blueprint<unknown, unknown> {
  if (random.chance(50)) return blueprint;
  const queries = Object.keys(blueprint.calls).flatMap(at =>
    at.startsWith('Query.') ? at.slice('Query.'.length) : [],
  );
  const groups = new Map<string, string[]>([
    ['one', []],
    ['two', []],
    ['none', []],
  ]);
  for (const query of queries) random.pick([...groups.values()]).push(query);
  return { ...blueprint, groups: ['one', 'two'].map(name => ({ name, queries: groups.get(name) ?? [] })) };
}

/** The `__typename` of a concrete object, which only the reference lane asks for, does not matter. */
function withoutTypenames(selection: string): string {
  return selection.replace(/(?<!: )\b__typename\s+/g, '');
}

function sourceOf(model: SourceModel, backends: Backends): Source {
  const { name, protocol, prefix } = model;
  const options = { ...defaultSourceOptions, prefix, timeout, ...(protocol === 'grpc' ? { tls: false } : {}) };
  return { name, protocol, document: backends.documentOf(model), endpoint: backends.endpointOf(model), options };
}

type Subschema = ReturnType<Adapter['connect']>;

function watched({ name }: Source, subschema: Subschema, between: Between): Subschema {
  const names = new Map<unknown, string>(Object.entries(subschema.blueprint.calls).map(([at, call]) => [call, at]));
  return {
    ...subschema,
    send(call, batch, context) {
      for (const { args, selection } of batch) {
        const told = subschema.selective && selection ? withoutTypenames(selectionText(selection)) : '';
        between.sent(context.requestId, `${name} ${names.get(call) ?? ''}`, args, told);
      }
      return between.answered(context.requestId, subschema.send(call, batch, context));
    },
  };
}
