/** Refusals of the command line, by code. */
export const CLI_ERRORS = {
  CLI_USAGE: 'The command was called in a way that it does not know.',
  CLI_HOME_MISSING: 'There is no node in this home.',
  CLI_HOME_EXISTS: 'The home is not empty, so nothing is made in it.',
  CLI_RUNNING: 'A node runs in this home already.',
  CLI_UNREACHABLE: 'The node of this home does not answer.',
  CLI_NO_KEY: 'No API key was given, and the home has none that can be read.',
  CLI_FILE: 'A file that the command names cannot be read or is not of the expected form.',
  CLI_IMPORT: 'An import stopped before its end.',
} as const;
