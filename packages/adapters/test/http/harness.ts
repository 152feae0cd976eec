import type {
  AdapterHarness,
  AdapterSession,
  AdapterSkip,
  CallReport,
  Capability,
  ResumedCall,
  ScriptedCall,
  ToolParameter,
  Turn,
} from "../../src/conformance.ts";
import { approvalHeader } from "../../src/http.ts";
import { z } from "zod";
import { modelSkips } from "../model-skips.ts";
import { openService } from "./services.ts";
import type { Service, ServiceKind } from "./services.ts";

const capabilities: readonly Capability[] = ["resume", "changed_resume"];

/** What HTTP has nothing of, and what it must not tell. */
export const skips: readonly AdapterSkip[] = [
  ...[
    "only what policy allows is offered, in its order",
    "every caller is offered their own tools",
    "without a principal nothing is offered",
    "nothing is offered while a port is broken",
    "a policy that is reloaded between list and call decides",
    "a key that is revoked between list and call ends",
    "a list is one entry",
  ].map((name) => ({
    case: name,
    reason: "HTTP offers no list of routes to a client: each request is decided by itself.",
  })),
  {
    case: "a redacted field is not in the stream",
    reason: "A client reads one response: what it reads is what the program was given.",
  },
  ...[
    "what is redacted in a result that comes in pieces is redacted across them",
    "a result that comes in pieces is what it was without the adapter",
  ].map((name) => ({
    case: name,
    reason:
      "A handler answers with bytes, not with pieces; a body that is to be redacted is held until it is whole.",
  })),
  ...[
    "each call of a message is decided by itself",
    "an approval of one call does not run another one beside it",
    "calls beside a parked one run once, whatever becomes of it",
  ].map((name) => ({
    case: name,
    reason: "A request is one call; requests beside each other know nothing of each other.",
  })),
  ...[
    "code between adapter and tool cannot run it with arguments that policy denies",
    "a retry that runs the tool again is decided again",
    "each run of a retry has a decision of its own in the audit log",
  ].map((name) => ({
    case: name,
    reason:
      "Middleware behind the guard is the handler: it has been let through, once, with the arguments of `guardedCall`. What it reads from the request again, or runs twice, nobody decides on.",
  })),
  {
    case: "a tool that other code adds without a guard does not run",
    reason:
      "A route without a guard is not protected: guard the router, and open single routes before it.",
  },
  ...modelSkips(
    "A route calls no model: where its handler does, guard that call with `enforcer.authorizeModel` and `execute`.",
  ),
  {
    case: "a tool that is a subclass without a function of its own is guarded too",
    reason: "A handler is a function.",
  },
  {
    case: "tools that run at the provider are offered only where policy names them",
    reason: "Nothing of a service runs at a model's provider.",
  },
  {
    case: "an aborted run ends as it did without the adapter",
    reason:
      "A service learns of a client that left a moment later, from the socket; the call's signal is aborted then, and the outcome says so.",
  },
  {
    case: "the framework's own control-flow signal passes",
    reason: "The frameworks have no signal that a handler throws and that is no failure.",
  },
  {
    case: "a sub-agent may do no more than it was left",
    reason:
      "A handler hands on its own principal with `principal.attenuate`; another service is called with a delegated key.",
  },
  {
    case: "the denial of a call without a principal has its code",
    reason:
      "Denied with 401, but without a code: over the network a missing, malformed, unknown or wrong key looks like any other.",
  },
];

/** A web framework whose routes are tools; an HTTP client is the model. */
export function httpHarness(kind: ServiceKind): AdapterHarness {
  return {
    name: `HTTP (${kind})`,
    capabilities,
    open: async (stage) => {
      const { tools, enforcer } = stage;
      const session = new HttpSession();
      const routes = tools.map((spec) => ({
        tool: spec.name,
        parse: parserOf(spec.parameters),
        run: (args: Parameters<typeof spec.run>[0]) => spec.run(args, {}),
      }));
      session.service = await openService(
        kind,
        routes,
        enforcer === undefined ? undefined : { enforcer },
      );
      return session;
    },
  };
}

/** What a client does with a service. */
class HttpSession implements AdapterSession {
  service: Service | undefined;
  readonly #sent = new Map<string, ScriptedCall>();

  offered(): Promise<readonly string[]> {
    return Promise.reject(new TypeError("HTTP has no list"));
  }

  async call(turn: Turn, calls: readonly ScriptedCall[]): Promise<readonly CallReport[]> {
    const reports: CallReport[] = [];
    for (const call of calls) {
      this.#sent.set(call.callId, call);
      reports.push(await this.#request(turn, call));
    }
    return reports;
  }

  async resume(turn: Turn, calls: readonly ResumedCall[]): Promise<readonly CallReport[]> {
    const reports: CallReport[] = [];
    for (const { callId, approval, args } of calls) {
      const sent = this.#sent.get(callId);
      if (sent === undefined) throw new TypeError("no such call was made");
      const id = typeof approval === "string" ? approval : JSON.stringify(approval);
      const call = { ...sent, ...(args === undefined ? {} : { args }) };
      reports.push(await this.#request(turn, call, { [approvalHeader]: id }));
    }
    return reports;
  }

  async close(): Promise<void> {
    await this.service?.close();
  }

  async #request(
    { caller, signal }: Turn,
    { tool, args, callId }: ScriptedCall,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<CallReport> {
    try {
      const response = await fetch(`${this.service?.url}/${tool}`, {
        method: "POST",
        body: JSON.stringify(args),
        headers: {
          "content-type": "application/json",
          ...(caller === undefined ? {} : { authorization: `Bearer ${caller.token}` }),
          ...headers,
        },
        signal: signal ?? null,
      });
      const text = await response.text();
      const { approval } = Object(JSON.parse(text)) as { readonly approval?: string };
      return {
        callId,
        model: text,
        caller: JSON.stringify([...response.headers]),
        ...(approval === undefined ? {} : { approval }),
      };
    } catch (thrown) {
      return { callId, thrown };
    }
  }
}

function parserOf(parameters: Readonly<Record<string, ToolParameter>>): (args: unknown) => unknown {
  const schema = z.object(
    Object.fromEntries(Object.entries(parameters).map(([name, each]) => [name, memberOf(each)])),
  );
  return (args) => schema.parse(args);
}

function memberOf({ type, default: value }: ToolParameter): z.ZodType {
  const member: z.ZodType = { string: z.string(), number: z.number(), boolean: z.boolean() }[type];
  return value === undefined ? member : member.default(value);
}
