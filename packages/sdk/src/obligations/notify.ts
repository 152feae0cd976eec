import type { Obligation } from "@scopeward/core";
import type { Notice } from "../enforcement/notice.ts";
import { defineObligation } from "../obligation.ts";
import type { BeforeObligation } from "../obligation.ts";
import { ObligationError } from "./obligation-error.ts";

/**
 * `{"type": "notify", "channel": "security", "message": "…"}`: tells somebody before the tool runs.
 * @param tell - what it rejects with denies the call; absent: every such call is denied.
 */
export function notifyObligation(
  tell: ((notice: Notice) => void | Promise<void>) | undefined,
): BeforeObligation<"notify"> {
  return defineObligation({
    type: "notify",
    phase: "before",
    parameters: {
      type: "object",
      properties: {
        channel: { type: "string", minLength: 1, maxLength: 256 },
        message: { type: "string", maxLength: 1024 },
      },
      required: ["channel"],
      additionalProperties: false,
    },
    fulfil: async ({ obligation, principal, action, decisionId, signal }) => {
      signal.throwIfAborted();
      if (tell === undefined) {
        const message = "nobody can be told; give the enforcer `notify`";
        throw new ObligationError("nobody_to_tell", message);
      }
      const { channel, message } = obligation as Obligation & {
        readonly channel: string;
        readonly message?: string;
      };
      const { tenant, subject, key } = principal;
      const about = { decisionId, tenant, keyId: key.id, subject, action };
      await tell({ channel, ...(message === undefined ? {} : { message }), ...about });
      return { channel };
    },
  });
}
