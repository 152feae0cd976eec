/** What the command line answers its caller with (contract). */
export const exitCode = {
  /** It is done; of `eval`: the decision is allow. */
  done: 0,
  /** Tests, checks or a verification failed. */
  failed: 1,
  /** The decision is not allow. */
  notAllowed: 2,
  /** The command's own input is invalid: an option, a path, a configuration, text that is not JSON. */
  invalidInput: 3,
} as const;

/** One of {@link exitCode}. */
export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
