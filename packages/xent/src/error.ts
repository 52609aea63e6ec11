/** What kind of thing was wrong: stable, for programs; the message is for people. */
export type ErrorCode =
  | "shape"
  | "label"
  | "probability"
  | "option"
  | "source"
  | "column"
  | "value"
  | "key"
  | "memory"
  | "interrupted"
  | "output";

/**
 * The one error class of xent: a message a person can act on, and a code a program can act on.
 *
 * The message reads `function: what was found (where, value); what is required`.
 */
export class XentError extends Error {
  readonly code: ErrorCode;
  /** One likely way out, for the command to print below the message. */
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, remedy?: string) {
    super(message);
    this.name = "XentError";
    this.code = code;
    this.remedy = remedy;
  }
}
