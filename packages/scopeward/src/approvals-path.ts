import { join } from "node:path";

/** The queue of questions to people of a state folder, where the configuration names no other. */
export function approvalsPath(state: string): string {
  return join(state, "approvals.db");
}
