/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** This process's environment. Nothing else in the code reads it. */
export const processEnv: Env = process.env;

/** Are the stacks of unexpected errors wanted? */
export function wantsStacks(env: Env): boolean {
  return (env['SELVAGE_DEBUG'] ?? '') !== '';
}
