import { defineAdapter } from '../../adapter/adapter.ts';
import { load, recognises } from './load.ts';
import { describe } from './schema.ts';
import { connect } from './send.ts';

/** A GraphQL server as a source: its own schema, asked with the client's own selection. */
export const graphql = defineAdapter({ protocol: 'graphql', recognises, load, describe, connect });
