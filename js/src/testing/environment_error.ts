// What is wrong with the arguments or with the machine, and not with the page that is checked.

/** The check could not be made. `message` says what is missing and what to do. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}
