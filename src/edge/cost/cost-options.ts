/** How the cost of an operation is told. */
export interface CostOptions {
  /** Items of a list of which no `@listSize` tells how many there are at most. Default 100. */
  readonly assumedListSize: number;
  /** Are the static and the actual cost told in `extensions.cost` and in the operation's line of the log? Default false. */
  readonly report: boolean;
}

export const defaultCostOptions: CostOptions = { assumedListSize: 100, report: false };
