import type { JsonObject } from "@scopeward/core";
import type {
  AdapterSession,
  CallReport,
  ResumedCall,
  ScriptedCall,
  Turn,
} from "../../src/conformance/harness.ts";

/** A tool's result, as any SDK's client gives it. */
export interface ClientResult {
  readonly content?: unknown;
  readonly _meta?: unknown;
}

/** A client that is connected to a server, for one turn of one caller. */
export interface ClientConnection {
  listTools(): Promise<readonly string[]>;
  callTool(
    params: { readonly name: string; readonly arguments: JsonObject; readonly _meta?: JsonObject },
    signal: AbortSignal | undefined,
  ): Promise<ClientResult>;
  close(): Promise<void>;
}

const urlElicitationRequired = -32_042;

/** Has one client per turn talk to the server, as a host of a model does. */
export class ServerSession implements AdapterSession {
  readonly #connect: (turn: Turn) => Promise<ClientConnection>;
  readonly #calls = new Map<string, ScriptedCall>();

  constructor(connect: (turn: Turn) => Promise<ClientConnection>) {
    this.#connect = connect;
  }

  async offered(turn: Turn): Promise<readonly string[]> {
    return await this.#connected(turn, (client) => client.listTools());
  }

  async call(turn: Turn, calls: readonly ScriptedCall[]): Promise<readonly CallReport[]> {
    for (const call of calls) this.#calls.set(call.callId, call);
    return await this.#connected(turn, (client) =>
      Promise.all(calls.map((call) => reportOf(client, turn, call))),
    );
  }

  async resume(turn: Turn, resumed: readonly ResumedCall[]): Promise<readonly CallReport[]> {
    return await this.#connected(turn, (client) =>
      Promise.all(
        resumed.map(async ({ callId, approval, args }) => {
          const call = this.#calls.get(callId);
          if (call === undefined) throw new TypeError("there is no such call");
          const meta = { "scopeward/approval": approval } as JsonObject;
          return await reportOf(client, turn, { ...call, args: args ?? call.args }, meta);
        }),
      ),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #connected<T>(turn: Turn, work: (client: ClientConnection) => Promise<T>): Promise<T> {
    const client = await this.#connect(turn);
    try {
      return await work(client);
    } finally {
      await client.close();
    }
  }
}

async function reportOf(
  client: ClientConnection,
  { signal }: Turn,
  { tool, args, callId }: ScriptedCall,
  meta?: JsonObject,
): Promise<CallReport> {
  try {
    const params = { name: tool, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) };
    const result = await client.callTool(params, signal);
    const approval = approvalIn(result);
    return {
      callId,
      model: textsIn(result).join("\n"),
      caller: JSON.stringify(result),
      ...(approval === undefined ? {} : { approval }),
    };
  } catch (error) {
    const isSignal =
      error instanceof Error && "code" in error && error.code === urlElicitationRequired;
    return isSignal ? { callId, signalled: true } : { callId, thrown: error };
  }
}

/** The texts of a result. */
export function textsIn({ content }: ClientResult): readonly string[] {
  return (content as readonly { text?: string }[]).flatMap(({ text }) => text ?? []);
}

/** What a result says to programs of why it is denied; undefined where it is not. */
export function denialIn({ _meta }: ClientResult): JsonObject | undefined {
  return (_meta as JsonObject | undefined)?.["scopeward/denial"] as JsonObject | undefined;
}

function approvalIn(result: ClientResult): string | undefined {
  return denialIn(result)?.["approval"] as string | undefined;
}
