/** One line of the table: what was measured, the goal, and the figure beside it. */
export interface Row {
  readonly what: string;
  readonly goal: string;
  readonly figure: string;
  /** Whether the figure is within the goal. */
  readonly met: boolean;
  /** How it was measured, in a few words. */
  readonly how: string;
}

/** One measurement of the table. */
export interface Measurement {
  /** For `bench/main.ts <name>`. */
  readonly name: string;
  readonly measure: () => Promise<readonly Row[]>;
}
