import { parseArgs } from 'node:util';
import { compileTimes } from './compile-time.ts';
import { fuzz } from './fuzz.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000' },
    seed: { type: 'string', default: '1' },
    start: { type: 'string', default: '0' },
    /** Instead: how the time of compiling grows with the document. */
    'compile-time': { type: 'boolean', default: false },
  },
});
if (values['compile-time']) {
  const times = compileTimes(200);
  for (const { document, ratio } of times) console.log(`time(2n)/time(n) ${ratio.toFixed(2)}  ${document}`);
  process.exitCode = times.some(({ ratio }) => ratio >= 2.6) ? 1 : 0;
} else {
  const [cases, seed, start] = [Number(values.cases), Number(values.seed), Number(values.start)];
  const began = performance.now();
  const result = await fuzz({ cases, seed, start, tell: text => console.log(text) });
  const { user, system } = process.cpuUsage();
  const rounded = (milliseconds: number) => Number((milliseconds / cases).toFixed(1));
  const seconds = (performance.now() - began) / 1000;
  console.log(
    JSON.stringify({
      cases,
      seed,
      start,
      ...result,
      seconds: Math.round(seconds),
      msPerCase: rounded(seconds * 1000),
      cpuMsPerCase: rounded((user + system) / 1000),
    }),
  );
  process.exitCode = result.differences > 0 ? 1 : 0;
}
