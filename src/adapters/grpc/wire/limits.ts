/** Messages within messages: what protobuf's own decoders allow by default. */
export const maxDepth = 100;

/** Fields of one decoded answer, absent ones with defaults among them: a few bytes can stand for very many of them. */
export const maxFields = 5_000_000;
