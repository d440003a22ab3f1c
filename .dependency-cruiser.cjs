/**
 * `scripts/layers.json` holds the rooms of the house, each with the rooms it may import besides itself, and the libraries that only some
 * rooms may import. ARCHITECTURE.md prints the table; a test compares the two.
 * Adapters are rooms of their own, so that no sister imports another.
 */
const protocols = ['openapi', 'soap', 'grpc', 'graphql'];
const { rooms, libraries } = require('./scripts/layers.json');

const path = room => `^src/${room}/`;

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    ...Object.entries(rooms).map(([room, allowed]) => ({
      name: `room-${room}`,
      comment: `src/${room}/ may import ${allowed.join(', ') || 'nothing of the house'}.`,
      severity: 'error',
      from: { path: path(room) },
      to: { path: '^src/', pathNot: [room, ...allowed].map(other => `^src/${other}(/|\\.ts$)`) },
    })),
    ...protocols.map(protocol => ({
      name: `sister-${protocol}`,
      comment: 'An adapter never imports a sister.',
      severity: 'error',
      from: { path: path(`adapters/${protocol}`) },
      to: { path: '^src/adapters/', pathNot: path(`adapters/${protocol}`) },
    })),
    {
      name: 'base-touches-the-language-only',
      severity: 'error',
      from: { path: path('base') },
      to: { dependencyTypes: ['npm', 'core'], pathNot: '^(node:)?crypto$' },
    },
    ...Object.entries(libraries).map(([library, allowed]) => ({
      name: `library-${library}`,
      comment: `Only ${allowed.join(', ')} may import ${library}.`,
      severity: 'error',
      from: { path: '^src/', pathNot: allowed.map(path) },
      to: { path: `node_modules/${library}/` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/console/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
