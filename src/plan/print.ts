import { print } from 'graphql';
import type { Json } from '../base/json.ts';
import { keyWritten, matchWritten } from '../supergraph/links/batch-text.ts';
import { isPlan } from './compile.ts';
import { type Filled, placesOf } from './places.ts';
import type { Hole, Plan, Stage, Step, Unplanned, UpstreamSelection } from './plan.ts';
import { worstCase } from './worst-case.ts';

/** A plan as plain data: what `selvage explain --json` prints. */
export type PlanData =
  | {
      readonly lane: 'plan';
      readonly operation: Plan['operation'];
      /** Most calls that the operation, or each event of a subscription, can cause; null where it depends on how much the sources answer. */
      readonly calls: number | null;
      readonly stages: readonly Stage[];
      readonly steps: readonly StepData[];
    }
  | { readonly lane: 'reference'; readonly reason: string; readonly detail: string };

interface StepData {
  readonly id: number;
  readonly kind: Step['kind'];
  readonly source: string;
  /** The source's own name of what is asked. */
  readonly call: string;
  readonly fills: readonly Filled[];
  /** Of root fields: coerced, in the source's own names; null where variables have a part in them. Of links: their templates. */
  readonly arguments: Json;
  /** Of a link whose field has arguments: what `$args` is; null where variables have a part in them. */
  readonly args?: Json;
  /** Absent: one call for each parent. */
  readonly batch?: { readonly key: string; readonly into: string; readonly match: string; readonly max: number };
  /** Steps that join what the key or the arguments read, by what is read. */
  readonly joined?: Readonly<Record<string, number>>;
  readonly select?: string;
  readonly missing?: 'NULL' | 'ERROR';
  /** What the source is told of the selection, in its own names. */
  readonly selection?: string;
  readonly variables?: readonly string[];
  /** Most calls of this step; null where it depends on answers. */
  readonly calls: number | null;
}

export function planData(compiled: Plan | Unplanned): PlanData {
  if (!isPlan(compiled)) return { lane: 'reference', reason: compiled.reason, detail: compiled.detail };
  const calls = worstCase(compiled);
  const places = placesOf(compiled);
  const steps = compiled.steps.map(step => stepData(step, places.get(step.id) ?? [], finite(calls[step.id])));
  const total = finite(calls.reduce((sum, count) => sum + count, 0));
  return { lane: 'plan', operation: compiled.operation, calls: total, stages: compiled.stages, steps };
}

/** The same for people: a paragraph for each stage, a block for each step. */
export function planText(compiled: Plan | Unplanned): string {
  const data = planData(compiled);
  if (data.lane === 'reference') return `reference lane: ${data.reason}: ${data.detail}\n`;
  const { operation, calls, stages, steps } = data;
  const isStream = operation === 'subscription';
  const most = `${mostText(calls)}${isStream ? ' for each event' : ''}`;
  const head = `plan lane: ${operation}, ${counted(steps.length, 'step')}, ${most}\n`;
  const paragraphs = stages.map((stage, index) => {
    const when = stage.after.length === 0 ? 'at once' : `after ${numbered(stage.after)}`;
    const blocks = stage.steps.flatMap(id => steps[id] ?? []).map(step => stepText(step, isStream));
    return `\nstage ${index}: ${when}\n${blocks.join('')}`;
  });
  return [head, ...paragraphs].join('');
}

function mostText(calls: number | null): string {
  if (calls === null) return 'as many calls as the answers need';
  return calls === 0 ? 'no calls' : `at most ${counted(calls, 'call')}`;
}

function stepData(step: Step, fills: readonly Filled[], calls: number | null): StepData {
  const [, call = ''] = step.at.split('.');
  const shared = { id: step.id, kind: step.kind, source: step.origin.member.name, call, fills };
  const told = { ...selectionData(step.selection), calls };
  if (step.kind === 'root') return { ...shared, arguments: json(step.field.constantArguments), ...told };
  const { lookup, written } = step.kind === 'link' ? step.link.plan : step.entity.plan;
  const { batch, select, missing } = lookup;
  const key = step.kind === 'link' ? keyWritten(written['batch']) : `$parent.${step.entity.plan.key}`;
  const joined = joinedHoles(step.kind === 'link' ? step.holes : new Map());
  return {
    ...shared,
    arguments: step.kind === 'link' ? json(written['args'] ?? {}) : {},
    ...(step.kind === 'link' && step.field.definition.args.length > 0
      ? { args: json(step.field.constantArguments) }
      : {}),
    ...(batch ? { batch: { key, into: batch.into.join('.'), match: matchWritten(batch), max: batch.max } } : {}),
    ...(Object.keys(joined).length > 0 ? { joined } : {}),
    ...(select.length > 0 ? { select: select.join('.') } : {}),
    missing,
    ...told,
  };
}

function selectionData(selection: UpstreamSelection | undefined): Pick<StepData, 'selection' | 'variables'> {
  if (!selection || selection.complete) return {}; // what is read is no part of what is asked
  const variables = selection.variables.map(({ name, type }) => `$${name}: ${type}`);
  return { selection: print(selection.selectionSet), ...(variables.length > 0 ? { variables } : {}) };
}

function joinedHoles(holes: ReadonlyMap<string, Hole>): Readonly<Record<string, number>> {
  const joined = [...holes].flatMap(([path, { entityStep }]) => (entityStep === undefined ? [] : [[path, entityStep]]));
  return Object.fromEntries(joined);
}

function stepText(step: StepData, isStream: boolean): string {
  const { id, kind, source, call, fills, batch, args, joined = {}, select, missing, selection, variables } = step;
  const asked =
    kind === 'root'
      ? `one ${isStream ? 'stream' : 'call'}`
      : batch
        ? `one call for up to ${counted(batch.max, 'key')}`
        : 'one call for each parent';
  const elsewhere = fills.some(filled => filled.elsewhere) ? ', and the same in equal selections elsewhere' : '';
  const most = step.calls === null || kind === 'root' ? '' : `, at most ${counted(step.calls, 'call')}`;
  const lines = [
    ...(fills.length === 0 // only a link reads what it brings
      ? []
      : [`fills: ${fills.map(({ path, field }) => `${path} (${field})`).join(', ')}${elsewhere}`]),
    ...(batch
      ? [
          `keys: ${batch.key}, sent as ${batch.into}; answers matched by ${batch.match
            .split(', ')
            .map(match => [select, match].filter(Boolean).join('.'))
            .join(', ')}`,
        ]
      : []),
    ...(isEmpty(step.arguments) ? [] : [`arguments: ${valueText(step.arguments)}`]),
    ...(args === undefined ? [] : [`$args: ${valueText(args)}`]),
    ...Object.entries(joined).map(([path, from]) => `reads: $parent.${path} of step ${from}`),
    ...(select && !batch ? [`select: ${select}`] : []),
    ...(missing === 'ERROR' ? ['missing: an error'] : []),
    ...(variables ? [`variables: ${variables.join(', ')}`] : []),
    ...(selection ? selectionText(selection) : []),
  ];
  return [`  step ${id}: ${source}.${call}, ${asked}${most}`, ...lines.map(line => `    ${line}`), ''].join('\n');
}

function valueText(value: Json): string {
  return value === null ? 'with values of variables' : JSON.stringify(value);
}

const maxLine = 100;

/** On one line where that is short. (Line breaks of a block string mean something.) */
function selectionText(selection: string): readonly string[] {
  const line = selection.replace(/\s*\n\s*/g, ' ');
  const isShort = line.length <= maxLine && !line.includes('"""');
  return `selection: ${isShort ? line : selection}`.split('\n');
}

function isEmpty(value: Json): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function numbered(ids: readonly number[]): string {
  return `${ids.length === 1 ? 'step' : 'steps'} ${ids.join(', ')}`;
}

function counted(count: number, noun: string): string {
  return `${count === 0 ? 'no' : count} ${noun}${count === 1 ? '' : 's'}`;
}

function finite(count: number | undefined): number | null {
  return count !== undefined && Number.isFinite(count) ? count : null;
}

/** Arguments are JSON: they were written in a document. */
function json(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json; // it was just made by JSON.stringify
}
