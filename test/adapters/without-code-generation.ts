/**
 * Run by the contract test in a process of its own, under `--disallow-code-generation-from-strings`: asks a backend of the protocol that
 * is named, prints the answer, closes, and ends by itself when no handle is left.
 */
import { adapters } from '../../src/adapters/index.ts';
import { startBackend } from './backends/start-backend.ts';
import { codesOf, open } from './open-adapter.ts';

const protocol = process.argv[2] ?? '';
const backend = await startBackend[protocol]!();
const gate = await open(backend, await adapters[protocol]!());
const { item } = backend.fields;
const result = await gate.ask(`{ a: ${item('"1"')} b: ${item('"missing"')} }`);
console.log(JSON.stringify({ data: result.data, codes: codesOf(result) }));
await gate.close();
await backend.close();
