import { parseArgs } from 'node:util';
import { compareBroken } from './broken.ts';
import { compareCodecs } from './differential.ts';
import { publicProtoSets } from './proto-sets.ts';

const { values } = parseArgs({
  options: { 'per-type': { type: 'string', default: '18' }, seed: { type: 'string', default: '1' } },
});

let [messages, types, byProtobufjs, differences] = [0, 0, 0, 0];
for (const set of await publicProtoSets()) {
  const result = compareCodecs(set, Number(values['per-type']), values.seed);
  messages += result.messages;
  types += result.types;
  byProtobufjs += result.byProtobufjs;
  differences += result.differences.length;
  console.log(
    `${set.name}: ${result.messages} messages of ${result.types} types, ${result.differences.length} differences`,
  );
  const broken = compareBroken(set, Number(values['per-type']), values.seed);
  differences += broken.differences.length;
  const { sound, read, unsound, mismatched } = broken;
  console.log(
    `  broken: ${JSON.stringify({ sound, read, unsound, mismatched })}, ${broken.differences.length} differences`,
  );
  for (const difference of [...result.differences, ...broken.differences].slice(0, 5)) console.log(`  ${difference}`);
}
console.log(JSON.stringify({ messages, types, byProtobufjs, differences }));
process.exitCode = differences > 0 ? 1 : 0;
