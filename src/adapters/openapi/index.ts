import { defineAdapter } from '../../adapter/adapter.ts';
import { load, recognises } from './load.ts';
import { describe } from './schema.ts';
import { connect } from './send.ts';

/** REST backends that OpenAPI 3 or Swagger 2.0 describes. */
export const openapi = defineAdapter({ protocol: 'openapi', recognises, load, describe, connect });
