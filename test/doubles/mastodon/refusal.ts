/** An error at which a command of the double ends at once: its text goes to standard error, as Ruby's `abort` does. */
export class Refusal extends Error {
  override name = "Refusal";
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** Message of a thrown value, in one line, without a stack. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
