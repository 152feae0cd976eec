import type { Action, Decision, JsonObject, Party } from "@scopeward/core";
import type { Principal } from "../principal.ts";
import type { Surroundings } from "./call.ts";
import type { Verdict } from "./verdict.ts";
import { writtenText, writtenTexts } from "./written-text.ts";

/** What a decision's entry says beside the verdict. */
export interface DecisionNote {
  readonly approval?: string;
  readonly surroundings: Surroundings;
}

const maxResourceLength = 1_024;
/** Sub-agents may be named by a model: no name and no number of them may keep a call out of the log. */
const maxActors = 16;
const maxTypeLength = 64;
/** Of one list of codes, scopes or duties: no policy and no catalogue may keep a call out of the log either. */
const maxListBytes = 3_072;

/** The entry of a decision on one call: who, with which key, what, and what came of it; no argument. */
export function decisionEntry(
  principal: Principal,
  action: Action,
  verdict: Verdict,
  decision: Decision,
  { approval, surroundings }: DecisionNote,
): JsonObject {
  const { resource, revision, scopes, shadowed } = verdict;
  const { session, callId } = surroundings;
  return {
    event: `${action.type}_call`,
    ...whoEntry(principal),
    action: actionEntry(action),
    ...(resource === undefined
      ? {}
      : {
          resource: {
            type: writtenText(resource.type),
            id: writtenText(resource.id, maxResourceLength),
          },
        }),
    effect: decision.effect,
    codes: codesOf(decision),
    ...(decision.missingScopes === undefined
      ? {}
      : { missingScopes: listEntry(decision.missingScopes) }),
    obligations: listEntry(decision.obligations.map(({ type }) => type)),
    scopes: listEntry(scopes),
    ...(revision === undefined ? {} : { revision }),
    ...(shadowed === undefined
      ? {}
      : { shadow: { effect: shadowed.effect, codes: codesOf(shadowed) } }),
    ...(approval === undefined ? {} : { approval }),
    ...(session === undefined ? {} : { session: writtenText(session) }),
    ...(callId === undefined ? {} : { callId: writtenText(callId) }),
  };
}

/** Who and with which key, in every entry about a call. */
export function whoEntry(principal: Principal): JsonObject {
  const { subject, actors, key, address } = principal;
  return {
    keyId: key.id,
    audience: key.audience,
    subject: partyEntry(subject),
    ...(actors.length === 0 ? {} : { actors: actors.slice(-maxActors).map(actorEntry) }),
    ...(actors.length > maxActors ? { actorCount: actors.length } : {}),
    ...(address === undefined ? {} : { address }),
  };
}

/** A tool's name may come from a model: bounded, and never a token. */
export function actionEntry({ type, name }: Action): JsonObject {
  return { type, name: writtenText(name) };
}

function actorEntry({ type, id }: Party): JsonObject {
  return { type: writtenText(type, maxTypeLength), id: writtenText(id) };
}

function partyEntry({ type, id }: Party): JsonObject {
  return { type, id };
}

function listEntry(texts: readonly string[]): readonly string[] {
  return writtenTexts(texts, maxListBytes);
}

function codesOf({ reasons }: Decision): readonly string[] {
  return listEntry([...new Set(reasons.map(({ code }) => code))]);
}
