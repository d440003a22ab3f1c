import { setFlagsFromString } from 'node:v8';

/** How a process of the gateway's own is set up, before any of it is loaded. */

// Unless this is production, graphql-js looks at each of its values for a second copy of itself.
process.env.NODE_ENV ??= 'production';

// Node.js 20 optimizes what was used for a moment: at a start, compiling that costs as much as all that is run. Later ones count calls.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=300000'); // bytes of bytecode; it has 67,584
