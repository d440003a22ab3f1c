import { defineAdapter } from '../../adapter/adapter.ts';
import { load } from './load.ts';
import { describe } from './schema.ts';
import { connect } from './send.ts';

/** SOAP 1.1 and 1.2 by WSDL 1.1 and XSD 1.0. */
export const soap = defineAdapter({
  protocol: 'soap',
  recognises: (text, address) =>
    /\.wsdl$|[?&]wsdl\b/i.test(address) || /<(?:[\w.-]+:)?definitions[\s>]/.test(text.slice(0, 10_000)),
  load,
  describe,
  connect,
});
