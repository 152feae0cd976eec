import type { KeyBody } from "../record/key-body.ts";
import { localActor } from "./actor.ts";
import { commitChanges, type OperationContext, relayLater, untold } from "./key-change.ts";
import { readKey } from "./key-reading.ts";

const maxTries = 10;

/**
 * Takes back a change that is committed and that the audit log did not take, as a change of its own:
 * by this process, because whoever made the change may not be there any more.
 * @param undo - what the key of now becomes; undefined when nothing of the change is left.
 */
export async function putBack(
  context: OperationContext,
  id: string,
  undo: (now: KeyBody) => KeyBody | undefined,
): Promise<void> {
  for (let tries = 0; tries < maxTries; tries++) {
    const found = await readKey(context, id);
    if (found.kind === "refused") return;
    const { body: before } = found;
    // Revoked is final, and nothing has to be taken back any more.
    const undone = before.status === "revoked" ? undefined : undo(before);
    if (undone === undefined) return;
    const after = { ...undone, version: before.version + 1 };
    const changes = [{ before, after, event: "updated" as const, reason: untold }];
    const result = await commitChanges(context, changes, { actor: localActor });
    if (result.kind === "committed") {
      relayLater(context, result);
      return;
    }
  }
}
