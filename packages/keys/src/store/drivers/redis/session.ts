import { randomBytes } from "node:crypto";
import { KeyStoreError, type StoreHealth } from "../../key-store.ts";
import { durableSettings, infoSections, lossReason, type ServerState } from "./durability.ts";
import { loadRedisLibrary } from "./client.ts";
import { type Answer, RedisConnection } from "./connection.ts";
import { damaged, refusalFault } from "./fault.ts";
import type { RedisLocation } from "./location.ts";
import { migrations } from "./write-scripts.ts";

/** A connection to a server that may be used, with a store of the schema that this program writes. */
export interface Session {
  readonly connection: RedisConnection;
  readonly storeId: string;
  /** Which life of which store this is: a server that started anew may have been put back. */
  readonly life: string;
}

/** What sessions are begun with. */
export interface SessionOptions {
  readonly location: RedisLocation;
  /** Name of the hash of the store. */
  readonly base: string;
  readonly acceptLostWrites: boolean;
}

/** Keeps one connection, opens it anew when it was lost, and uses it only while the server is fit. */
export class RedisSessions {
  readonly #options: SessionOptions;
  #connection: RedisConnection | undefined;
  #opening: Promise<RedisConnection> | undefined;
  #session: { readonly connection: RedisConnection; readonly begun: Promise<Session> } | undefined;
  #closed = false;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** @throws KeyStoreError, `not_durable` when the server was last found unfit and still is. */
  async current(): Promise<Session> {
    const connection = await this.#connected();
    if (this.#session?.connection !== connection) {
      this.#session = { connection, begun: this.#begin(connection) };
    }
    const session = this.#session;
    try {
      return await session.begun;
    } catch (error) {
      if (this.#session === session) this.#session = undefined;
      throw error;
    }
  }

  /** Looks anew whether the server is fit; what is done next goes by it. */
  async health(): Promise<StoreHealth> {
    const { health } = await this.#judge(await this.#connected());
    if (health.kind === "refused") this.#session = undefined;
    return health;
  }

  /** Another store is there than the session was begun with. */
  forget(session: Session): void {
    if (this.#session?.connection === session.connection) this.#session = undefined;
  }

  /** A further connection, which its caller closes. */
  async open(onLost?: () => void): Promise<RedisConnection> {
    this.#refuseClosed();
    return await RedisConnection.open(this.#options.location, await loadRedisLibrary(), onLost);
  }

  close(): void {
    this.#closed = true;
    this.#connection?.close();
  }

  async #connected(): Promise<RedisConnection> {
    this.#refuseClosed();
    if (this.#connection?.alive === true) return this.#connection;
    this.#opening ??= this.open()
      .then((connection) => (this.#connection = connection))
      .finally(() => (this.#opening = undefined));
    const connection = await this.#opening;
    if (this.#closed) connection.close();
    this.#refuseClosed();
    return connection;
  }

  async #begin(connection: RedisConnection): Promise<Session> {
    const { health, runId } = await this.#judge(connection);
    if (health.kind === "refused") {
      throw new KeyStoreError(
        "not_durable",
        `\`${this.#options.location.place}\` would lose keys and revocations: ${health.reason}; change that on the server, or accept it with \`accept-lost-writes=true\` in the store's URL`,
      );
    }
    const storeId = await this.#migrate(connection);
    return { connection, storeId, life: `${storeId} ${runId}` };
  }

  async #judge(
    connection: RedisConnection,
  ): Promise<{ readonly health: StoreHealth; readonly runId: string }> {
    const [settings, info] = await Promise.all([
      connection.send("CONFIG", "GET", ...durableSettings.keys()),
      connection.send("INFO", ...infoSections),
    ]);
    const state: ServerState = {
      settings: this.#settingsOf(settings),
      info: infoOf(this.#valueOf(info)),
    };
    if (state.info.get("loading") === "1") {
      throw refusalFault({ code: "LOADING", text: "" }, this.#options.location.place);
    }
    const reason = lossReason(state);
    const runId = state.info.get("run_id") ?? "";
    if (reason === undefined) return { health: { kind: "durable" }, runId };
    const kind = this.#options.acceptLostWrites ? "lossy" : "refused";
    return { health: { kind, reason }, runId };
  }

  #settingsOf(answer: Answer): ReadonlyMap<string, string> | undefined {
    // Managed services forbid the command, or have taken it out.
    if (answer.kind === "refused" && ["NOPERM", "ERR"].includes(answer.refusal.code))
      return undefined;
    const value = this.#valueOf(answer);
    return new Map(Object.entries(typeof value === "object" ? (value ?? {}) : {}));
  }

  /** Brings the store to the schema of this program, and answers its id. */
  async #migrate(connection: RedisConnection): Promise<string> {
    const { base, location } = this.#options;
    for (let looks = 0; looks <= migrations.length; looks += 1) {
      const found = this.#valueOf(await connection.send("HMGET", base, "schema", "store"));
      const [version, storeId] = Array.isArray(found) ? (found as unknown[]) : [];
      if (version === schema && typeof storeId === "string") return storeId;
      const from = version === null ? 0 : Number(version);
      if (from > migrations.length) {
        throw new KeyStoreError(
          "schema_newer",
          `the key store \`${location.place}\` has schema ${from}, and this version knows ${schema}; install the newer version of Scopeward that wrote it`,
        );
      }
      const step = migrations[from];
      if (step === undefined) break;
      const id = randomBytes(16).toString("hex");
      this.#valueOf(await connection.run(step, base, [String(from), id]));
    }
    throw damaged(location.place, "it does not say its schema and its id");
  }

  #valueOf(answer: Answer): unknown {
    if (answer.kind === "refused") throw refusalFault(answer.refusal, this.#options.location.place);
    return answer.value;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new KeyStoreError("closed", "the key store was closed");
  }
}

/** The schema that this program writes. */
export const schema: string = String(migrations.length);

function infoOf(text: unknown): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of typeof text === "string" ? text.split("\r\n") : []) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}
