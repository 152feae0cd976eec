import { setImmediate as turn, setTimeout as wait } from "node:timers/promises";
import { contextProviderCases } from "../../src/conformance.ts";
import type { ContextProviderHarness } from "../../src/conformance.ts";
import type { ContextProvider, ContextQuestion, ProvidedContext } from "../../src/index.ts";
import { describeSuite } from "./broken-implementations.ts";

const groups: ReadonlyMap<string, readonly string[]> = new Map([
  ["ada", ["analysts"]],
  ["grace", ["leads", "analysts"]],
]);

function asked(subject: string): ContextQuestion {
  const principal = { subject: { type: "user", id: subject } } as ContextQuestion["principal"];
  const action = { type: "tool", name: "sql_query" } as const;
  return Object.freeze({ phase: "call", principal, action, args: Object.freeze({ limit: 5 }) });
}

/** A directory that can be away. */
class Directory {
  released: Promise<void> | undefined;

  async groupsOf(subject: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
    await turn();
    if (this.released !== undefined) {
      const aborted = new Promise<never>((_, reject) => {
        const stop = (): void => reject(new Error("the waiting was ended"));
        if (signal.aborted) stop();
        else signal.addEventListener("abort", stop, { once: true });
      });
      await Promise.race([this.released, aborted]);
    }
    return groups.get(subject);
  }
}

/** Knows the groups of a person, and keeps every rule. */
function groupsProvider(directory: Directory): ContextProvider {
  return {
    name: "directory",
    maxBytes: 1_000,
    provide: async ({ principal }, signal) => {
      const found = await directory.groupsOf(principal.subject.id, signal);
      return found === undefined
        ? undefined
        : { facts: { groups: found }, subject: { groups: found } };
    },
  };
}

type Change = (provider: ContextProvider, directory: Directory) => Partial<ContextProvider>;

function harnessOf(change: Change = () => ({})): ContextProviderHarness {
  const directory = new Directory();
  const provider = groupsProvider(directory);
  return {
    open: async () => ({ ...provider, ...change(provider, directory) }),
    known: [asked("ada"), asked("grace")],
    unknown: asked("nobody"),
    block: async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      directory.released = promise;
      return async () => {
        directory.released = undefined;
        resolve();
      };
    },
  };
}

function provides(
  answer: (question: ContextQuestion, sound: ProvidedContext | undefined) => unknown,
): () => ContextProviderHarness {
  return () =>
    harnessOf((provider) => ({
      provide: async (question, signal) =>
        answer(question, await provider.provide(question, signal)) as ProvidedContext,
    }));
}

describeSuite(contextProviderCases, harnessOf, [
  {
    fault: "has a name that no policy can write",
    rule: "its name and its bounds",
    harness: () => harnessOf(() => ({ name: "my directory" })),
  },
  {
    fault: "wants a minute",
    rule: "its name and its bounds",
    harness: () => harnessOf(() => ({ deadlineMs: 60_000 })),
  },
  {
    fault: "answers with a date",
    rule: "plain JSON",
    harness: provides(({ phase }, sound) =>
      phase === "call" && sound !== undefined ? { ...sound, facts: { at: new Date(0) } } : sound,
    ),
  },
  {
    fault: "answers with more than its bound",
    rule: "plain JSON",
    harness: provides(({ phase }, sound) =>
      phase === "call" && sound !== undefined ? { ...sound, facts: "x".repeat(1_001) } : sound,
    ),
  },
  {
    fault: "answers with nothing in particular where it knows nothing",
    rule: "undefined where it knows nothing",
    harness: provides((_, sound) => sound ?? {}),
  },
  {
    fault: "takes it that there are always arguments",
    rule: "a whole list",
    harness: provides(({ args }, sound) => {
      if (args === undefined) throw new Error("no arguments");
      return sound;
    }),
  },
  {
    fault: "keeps the question of the last who asked",
    rule: "at the same time",
    harness: () => {
      let last: ContextQuestion | undefined;
      return harnessOf((provider) => ({
        provide: async (question, signal) => {
          last = question;
          await turn();
          return provider.provide(last, signal);
        },
      }));
    },
  },
  {
    fault: "waits on when it is told to stop",
    rule: "stops waiting",
    harness: () =>
      harnessOf((provider, directory) => ({
        provide: async (question) => {
          await Promise.race([directory.released, wait(10_000, undefined, { ref: false })]);
          return provider.provide(question, new AbortController().signal);
        },
      })),
  },
]);
