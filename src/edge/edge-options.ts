/** What the configuration says of the edge: a part for each feature, every default filled in. Plain data. */
// biome-ignore lint/complexity/noBannedTypes: the parts come with their features
export type EdgeOptions = {};

export const defaultEdgeOptions: EdgeOptions = {};
