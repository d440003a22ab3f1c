import { createRequire } from 'node:module';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: {
    // Vite would take graphql's `module` entry, Node takes `main` for the libraries: two copies are two realms.
    alias: [{ find: /^graphql$/, replacement: createRequire(import.meta.url).resolve('graphql') }],
  },
  test: {
    include: ['test/**/*.test.ts'],
    maxWorkers: 2, // by default one less than there are cores
    testTimeout: 30_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } }, // vitest's own second is short on a machine that others use too
    reporters: ['default', './test/support/closing-line.ts'],
  },
});
