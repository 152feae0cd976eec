/** What one verification of a node came to. */
export interface NodeLine {
  /** Milliseconds since 1970 by the machine's clock. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** `verified`, or the code of the rejection. */
  readonly code: string;
}

/** What a node shall do from now on. */
export interface NodeCommand {
  readonly token?: string;
  /** How far the node's wall clock is off. */
  readonly clockOffsetMs?: number;
  /** How late the answers of its store come. */
  readonly readDelayMs?: number;
  readonly hintsAreCut?: boolean;
  readonly close?: boolean;
}
