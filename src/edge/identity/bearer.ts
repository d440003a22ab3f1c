/** RFC 6750, 2.1. Undefined where the header has no bearer token. */
export function bearerToken(authorization: string | undefined): string | undefined {
  return authorization !== undefined && /^bearer +/i.test(authorization) ? authorization.slice(7).trim() : undefined;
}

/** RFC 6750, 3. Our own words, which hold neither quotes nor backslashes. */
export function bearerChallenge(description?: string): string {
  const error = description === undefined ? '' : `, error="invalid_token", error_description="${description}"`;
  return `Bearer realm="selvage"${error}`;
}
