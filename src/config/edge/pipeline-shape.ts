import * as z from 'zod';
import { order } from '../../edge/order.ts';
import { lintPipeline } from '../../edge/pipeline/lint.ts';
import type { ConfigTree } from '../config-tree.ts';
import { pattern } from '../leaves.ts';

/** `pipeline`: gates by name, in the order in which they are to stand among themselves. */
export const pipelineShape = z.array(pattern('the name of a gate', /\S/), "a list of gates' names").default([]);

/** An order that cannot be right is an error of the configuration; one that is doubtful is warned of. */
export function checkPipeline(names: readonly string[], tree: ConfigTree): void {
  for (const { severity, index, message, hint } of lintPipeline(order, names)) {
    const path = ['pipeline', index];
    if (severity === 'error') tree.wrong(path, message, hint);
    else tree.warn(path, 'CONFIG_DOUBTFUL_ORDER', message, hint ?? '');
  }
}
