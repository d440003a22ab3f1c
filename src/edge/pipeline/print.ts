import { arranged, type Placed } from './arrange.ts';

interface ReasonedPlace extends Placed {
  readonly because: string;
}

/** The order that serves, as data: each gate with its reason, and whether the configuration has moved it. */
export function pipelineData(places: readonly ReasonedPlace[], names: readonly string[]) {
  return arranged(places, names).map(({ phase, name, because }, index) => ({
    phase,
    name,
    because,
    moved: places[index]?.name !== name,
  }));
}

/** The same for people to read, from the outermost gate to the execution. */
export function pipelineText(places: readonly ReasonedPlace[], names: readonly string[]): string {
  const gates = pipelineData(places, names);
  const width = Math.max(...gates.map(({ name }) => name.length));
  const lines = (phase: Placed['phase']) =>
    gates
      .filter(gate => gate.phase === phase)
      .map(({ name, because, moved }) => `  ${name.padEnd(width)}  ${because}${moved ? ' (moved)' : ''}\n`)
      .join('');
  return [
    'A door gives the request its id and bounds its body.\n',
    `\nrequest: before the document is known\n${lines('request')}`,
    '\nThe document is parsed and measured.\n',
    `\noperation: the document is known\n${lines('operation')}`,
    '\nThe operation is executed.\n',
  ].join('');
}
