/** What HTTP calls a token: the name of a header, or a method (RFC 9110, 5.6.2). */
export const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
