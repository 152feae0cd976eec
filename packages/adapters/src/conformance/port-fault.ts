/** What can go wrong in a port: it throws or rejects, never answers, or answers with something else. */
export type PortFault = "crash" | "timeout" | "malformed";

/** Every {@link PortFault}. */
export const portFaults: readonly PortFault[] = ["crash", "timeout", "malformed"];

/** What the inside of a port says when it breaks; neither model nor caller may ever read it. */
export const innards = "package features.innards deny contains";

/** The ports that a case can break, each with what is wrong with it now. */
export interface BrokenPorts {
  keys?: PortFault;
  policy?: PortFault;
  provider?: PortFault;
  before?: PortFault;
  after?: PortFault;
  approvals?: PortFault;
  audit?: PortFault;
}

/** Answers, unless the port is broken. */
export async function answerUnless<T>(
  fault: PortFault | undefined,
  answer: () => T | Promise<T>,
): Promise<T> {
  if (fault === undefined) return answer();
  return brokenAnswer(fault) as Promise<T>;
}

/** What a broken port does in the place of an answer. @throws Error for a crash. */
export function brokenAnswer(fault: PortFault): unknown {
  switch (fault) {
    case "crash":
      throw new Error(innards);
    case "timeout":
      return Promise.withResolvers<never>().promise;
    case "malformed":
      return 42;
  }
}
