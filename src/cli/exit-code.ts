/** How a command ended; `selvage --help` prints them. After sysexits.h where it has a number. */
export const exitCode = {
  ok: 0,
  /** What was asked for found an error in a document or between documents. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** EX_SOFTWARE: a mistake of Selvage. */
  bug: 70,
  /** EX_CONFIG: selvage.yaml, its overlay or its environment is wrong, or the port is in use. */
  configuration: 78,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
