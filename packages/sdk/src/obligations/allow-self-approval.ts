import { approvalTool } from "../enforcement/enforcer-port.ts";
import { defineObligation } from "../obligation.ts";
import type { BeforeObligation } from "../obligation.ts";
import { ObligationError } from "./obligation-error.ts";

/**
 * `{"type": "allow_self_approval"}`: who answers a question may be who asked it. It says something only
 * about the tool `answer_approval`, where the Enforcer looks for it; for any other it denies.
 */
export const allowSelfApproval: BeforeObligation<"allow_self_approval"> = defineObligation({
  type: "allow_self_approval",
  phase: "before",
  parameters: { type: "object", additionalProperties: false },
  fulfil: ({ action, signal }) => {
    signal.throwIfAborted();
    if (action.type !== "tool" || action.name !== approvalTool) {
      const message = `it is only about the tool \`${approvalTool}\``;
      throw new ObligationError("wrong_action", message);
    }
  },
});
