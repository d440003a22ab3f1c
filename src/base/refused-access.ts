import { GatewayError } from './error.ts';

/** What stands where a field is refused: it says the same of what exists and of what does not. */
export const refusedAccess = new GatewayError('UNAUTHORIZED_FIELD_OR_TYPE', 'You may not use this field.');
