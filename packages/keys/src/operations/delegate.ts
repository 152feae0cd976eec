import { isJsonObject } from "@scopeward/core";
import type { Issued, Replayed } from "../keys.ts";
import type { Actor } from "./actor.ts";
import { issue } from "./issue.ts";
import type { OperationContext } from "./key-change.ts";
import { readKey } from "./key-reading.ts";
import { plainCopy } from "../plain-copy.ts";
import { refuse, type Refusal } from "./refusal.ts";

/**
 * Issues a child: an issue whose owner, kind and audience are the parent's where nothing else is
 * said. Its scopes are named, never taken over: what is absent must not mean "all".
 */
export async function delegate(
  context: OperationContext,
  actor: Actor,
  parent: unknown,
  request: unknown,
): Promise<Issued | Replayed | Refusal> {
  const wanted = plainCopy(request, "absent");
  if (!isJsonObject(wanted))
    return refuse("invalid", "the request must be an object of JSON values");
  const field = ["parent", "audience", "mayGrant"].find((name) => Object.hasOwn(wanted, name));
  if (field !== undefined) {
    return refuse("invalid", `\`${field}\` is not for a child to choose`, field);
  }
  const read = await readKey(context, parent);
  if (read.kind === "refused") return read;
  const { id, owner, kind, audience } = read.body;
  return await issue(context, actor, { owner, kind, ...wanted, audience, parent: id });
}
