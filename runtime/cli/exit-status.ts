/** What the process says when it ends (docs/guide/command-line.md). */
export const exitStatus = {
  finished: 0,
  /** A row, a file, a sink or the engine failed while running. */
  failed: 1,
  /** The program or the command line is wrong. */
  invalid: 2,
  interrupted: 130,
} as const
