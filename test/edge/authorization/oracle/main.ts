import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '5000' },
    seed: { type: 'string', default: '1' },
    /** The world to begin with. */
    start: { type: 'string', default: '0' },
  },
});
const [cases, seed, start] = [Number(values.cases), Number(values.seed), Number(values.start)];
const began = performance.now();
const result = await fuzz({ cases, seed, start, tell: text => console.log(`${text}\n`) });
console.log(JSON.stringify({ seed, start, ...result, seconds: Math.round((performance.now() - began) / 1000) }));
process.exitCode = result.leaks + result.forbidden > 0 ? 1 : 0;
