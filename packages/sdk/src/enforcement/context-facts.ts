import type { JsonObject, JsonValue } from "@scopeward/core";
import { isJsonObject } from "@scopeward/core";
import type { ContextProvider, ContextQuestion } from "../context-provider.ts";
import { withinSignalled } from "./deadline.ts";
import { plainJson } from "./plain-json.ts";

/** What all providers together know of one call, or which of them failed. */
export type ContextFacts =
  | { readonly kind: "provided"; readonly facts: JsonObject; readonly subject?: JsonObject }
  | { readonly kind: "failed"; readonly detail: string };

const defaultDeadlineMs = 1_000;
const defaultMaxBytes = 16_384;

const nothing: ContextFacts = Object.freeze({ kind: "provided", facts: Object.freeze({}) });

type Answer = { readonly facts?: JsonValue; readonly subject?: JsonObject };

/**
 * Asks every provider, all at the same time. One that fails fails the call.
 * @param given - what the application said itself; a provider's word wins.
 * @param normalisers - names under which the application says nothing: what a call touches is not its word.
 */
export async function contextFacts(
  providers: readonly ContextProvider[],
  question: ContextQuestion,
  given: { readonly facts?: JsonObject; readonly subjectProperties?: JsonObject },
  signal: AbortSignal | undefined,
  normalisers: Iterable<string>,
): Promise<ContextFacts> {
  const { facts: givenFacts, subjectProperties } = given;
  if (providers.length === 0 && givenFacts === undefined && subjectProperties === undefined) {
    return nothing;
  }
  const own = ownAnswer(given);
  if (own === undefined) return { kind: "failed", detail: "the facts of the call are no JSON" };
  const facts: Record<string, JsonValue> = { ...(own.facts as JsonObject) };
  for (const name of normalisers) delete facts[name];
  let subject = own.subject;
  const answers = await Promise.all(
    providers.map(async (provider) => await answerOf(provider, question, signal)),
  );
  for (const [index, provider] of providers.entries()) {
    const answer = answers[index];
    if (answer === undefined) {
      return { kind: "failed", detail: `the context provider \`${provider.name}\` failed` };
    }
    // A provider's place is its own: the application must not fill it where the provider is silent.
    delete facts[provider.name];
    if (answer.facts !== undefined) facts[provider.name] = answer.facts;
    if (answer.subject !== undefined) subject = { ...subject, ...answer.subject };
  }
  return { kind: "provided", facts, ...(subject === undefined ? {} : { subject }) };
}

function ownAnswer({
  facts = {},
  subjectProperties,
}: {
  readonly facts?: JsonObject;
  readonly subjectProperties?: JsonObject;
}): Answer | undefined {
  return readAnswer(
    { facts, ...(subjectProperties === undefined ? {} : { subject: subjectProperties }) },
    defaultMaxBytes,
    isJsonObject,
  );
}

async function answerOf(
  provider: ContextProvider,
  question: ContextQuestion,
  signal: AbortSignal | undefined,
): Promise<Answer | undefined> {
  const { deadlineMs = defaultDeadlineMs, maxBytes = defaultMaxBytes } = provider;
  const waited = await withinSignalled(
    deadlineMs,
    (ownSignal) => provider.provide({ ...question }, ownSignal),
    signal,
  );
  if (waited.kind !== "done") return undefined;
  return waited.value === undefined ? {} : readAnswer(waited.value, maxBytes, () => true);
}

function readAnswer(
  value: unknown,
  maxBytes: number,
  isFacts: (facts: JsonValue) => boolean,
): Answer | undefined {
  const copy = plainJson(value, maxBytes);
  if (copy.kind === "refused" || !isJsonObject(copy.value)) return undefined;
  const { facts, subject, ...others } = copy.value;
  if (Object.keys(others).length > 0) return undefined;
  if (facts !== undefined && !isFacts(facts)) return undefined;
  if (subject !== undefined && !isJsonObject(subject)) return undefined;
  return {
    ...(facts === undefined ? {} : { facts }),
    ...(subject === undefined ? {} : { subject }),
  };
}
