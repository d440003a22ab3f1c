import { Random } from '../fuzz/random.ts';
import { Documents } from './documents.ts';
import { inXml } from './in-xml.ts';
import { openDocument } from './open-document.ts';
import { hasOperations, operationAt } from './operations.ts';
import { startRecorder } from './recorder.ts';
import { type Tally, Trip } from './trip.ts';

export interface RoundTripOptions {
  readonly seed: string;
  readonly perOperation: number;
  /** Of one document; others are taken evenly from it. Default: all. */
  readonly mostOperations?: number;
}

/** A document's rows: itself, and what it offers in XML. */
export async function* roundTrips(
  name: string,
  file: string,
  options: RoundTripOptions,
): AsyncGenerator<{ readonly row: string; readonly tally: Tally }, void> {
  yield { row: name, tally: await roundTrip(name, file, options) };
  const copy = await inXml(file);
  if (!copy) return;
  try {
    yield { row: `${name} in XML`, tally: await roundTrip(name, copy.file, options) };
  } finally {
    await copy.remove();
  }
}

/** Asks every operation of a document, and compares what arrives at the backend, and what comes back of its answer. */
async function roundTrip(name: string, file: string, options: RoundTripOptions): Promise<Tally> {
  const documents = new Documents();
  const tally = emptyTally();
  if (!hasOperations(documents, file)) return tally;
  const recorder = await startRecorder();
  const gateway = await openDocument(file, recorder.url);
  try {
    const all = Object.entries(gateway.blueprint.calls);
    const step = Math.max(1, Math.ceil(all.length / (options.mostOperations ?? all.length)));
    for (const [coordinate, call] of all.filter((_, index) => index % step === 0)) {
      tally.operations += 1;
      const operation = operationAt(documents, file, call.method, call.path);
      if (!operation) {
        tally.misses.push({ operation: coordinate, what: 'document', reason: 'the operation is not found in it' });
        continue;
      }
      const trip = new Trip({ documents, file, coordinate, call, operation, gateway, recorder, tally });
      for (let round = 0; round < options.perOperation; round++)
        await trip.go(new Random(options.seed, name, coordinate, round));
    }
  } finally {
    await gateway.close();
    await recorder.close();
  }
  return tally;
}

function emptyTally(): Tally {
  return {
    operations: 0,
    requests: 0,
    refused: {},
    parameters: 0,
    bodies: 0,
    answers: 0,
    events: 0,
    scalars: 0,
    overlapping: 0,
    notMade: [],
    misses: [],
  };
}
