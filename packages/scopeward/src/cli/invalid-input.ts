/** The command's own input is invalid: ends the command with exit code 3 and this message. */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
}

/** The text of whatever was thrown. */
export function reasonOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return String(error);
}
