/** What is kept of requests for those who look for a mistake. Absent: nothing is, and nothing is spent on it. */
export interface TraceOptions {
  /** Of how many requests, the last ones. Default 100. */
  readonly keep: number;
  /** With it a caller may ask for his own request's trace (`x-selvage-trace: 1`). Absent: nobody may. */
  readonly scope?: string;
  /** Names whose values are masked, beside `secretNames`. */
  readonly mask: readonly string[];
}
