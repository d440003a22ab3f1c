import { parse } from 'graphql';
import { defineAdapter } from '../../src/adapter/adapter.ts';
import { checked, refused } from '../../src/base/checked.ts';

/** A protocol whose document is SDL and whose backend answers every field with the source's name; it counts what is done with it. */
export function plainAdapter() {
  const counts = { described: 0, connected: 0, closed: 0 };
  const answers = { delay: 0 };
  const plain = defineAdapter<string, { field: string }, null>({
    protocol: 'plain',
    recognises: text => text.startsWith('type '),
    async load(source, { reader, signal }) {
      counts.described += 1;
      if (source.name === 'endless') await new Promise((_, reject) => signal.addEventListener('abort', reject));
      if (source.name === 'broken') throw new RangeError('Maximum call stack size exceeded\n    at somewhere');
      const read = await reader.read(source.document ?? '');
      if (!read.ok) return read;
      const { text, address } = read.value;
      if (text.includes('?')) {
        return refused({ severity: 'error', code: 'DOCUMENT_SYNTAX', message: 'A question mark.', at: [address] });
      }
      return checked(text);
    },
    describe(text, source) {
      const typeDefs = parse(text);
      const fields = typeDefs.definitions.flatMap(node =>
        node.kind === 'ObjectTypeDefinition' && node.name.value === 'Query' ? (node.fields ?? []) : [],
      );
      const calls = Object.fromEntries(fields.map(({ name }) => [`Query.${name.value}`, { field: name.value }]));
      const note = { severity: 'note', code: 'NAME_CHANGED', message: 'A note.', at: [source.name] } as const;
      const operations = { total: fields.length, imported: fields.length };
      return checked({ blueprint: { typeDefs, calls, model: null }, operations }, text.includes('#') ? [note] : []);
    },
    connect(blueprint, source) {
      counts.connected += 1;
      let open = true;
      return {
        blueprint,
        selective: false,
        async send(_call, batch) {
          await new Promise(resolve => setTimeout(resolve, answers.delay));
          return batch.map(() => ({ value: open ? source.name : 'closed' }));
        },
        async close() {
          if (open) counts.closed += 1;
          open = false;
        },
      };
    },
  });
  return { adapters: { plain: async () => plain }, counts, answers };
}
