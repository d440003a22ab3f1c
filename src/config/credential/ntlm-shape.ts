import { map, pattern } from '../leaves.ts';

/** Sent as it stands, in UTF-16: a message has room for 32,767 characters, an account of Windows for a few dozen. */
const text = pattern('a text without control characters, of at most 256', /^[^\p{Cc}\p{Cs}]{1,256}$/u);
const name = pattern('a text without control characters, of at most 256', /^[^\p{Cc}\p{Cs}]{0,256}$/u);

/** An account of Windows. */
export const ntlmShape = map({
  username: text,
  password: text,
  domain: name.default(''),
  workstation: name.default(''),
});
