import type { Catalogue, CatalogueScope } from "@scopeward/core";
import type { Principal } from "@scopeward/sdk";
import type { IssueRequest, KeyChanges, Keys } from "../../src/keys.ts";
import type { Secret } from "../../src/token/secret.ts";
import { type Keyring, openKeyring } from "./keyring.ts";
import type { Ask, Command } from "./tree-commands.ts";
import {
  type ActorName,
  chainOf,
  earliestEnd,
  grants,
  inheritedLimit,
  isUsable,
  isWithinParents,
  managers,
  mayEnd,
  mayGive,
  type ModelKey,
} from "./tree-model.ts";

/** A token that was handed out, and until when it works as far as its key does. */
interface ModelToken {
  readonly token: Secret;
  endsMs: number;
}

/** A key in both worlds. */
export interface TreeKey {
  readonly id: string;
  readonly model: ModelKey;
  /** Newest first. */
  readonly tokens: ModelToken[];
}

/** Whether the keys did a command, and whether the model says that they should. */
export interface Step {
  readonly expected: boolean;
  readonly done: boolean;
}

const minute = 60_000;
const scope: CatalogueScope = {
  feature: "all",
  tools: [],
  models: [],
  audiences: ["internal", "external"],
  requires: [],
};
const catalogue: Catalogue = {
  features: {},
  scopes: Object.fromEntries(grants["**"].map((name) => [name, scope])),
  tools: {},
  models: {},
};

/** Random histories, told to the keys and to the model alike. */
export class TreeRun {
  readonly ring: Keyring;
  readonly keys: TreeKey[] = [];
  readonly #actors: { readonly [name in ActorName]: Keys };

  private constructor(ring: Keyring, actors: { readonly [name in ActorName]: Keys }) {
    this.ring = ring;
    this.#actors = actors;
  }

  static async open(): Promise<TreeRun> {
    const ring = openKeyring();
    ring.catalogue = catalogue;
    const manager = async (name: keyof typeof managers): Promise<Principal> =>
      await ring.manager(managers[name]);
    return new TreeRun(ring, {
      local: ring.keys,
      "ada's manager": ring.keys.as(await manager("ada's manager")),
      "everybody's manager": ring.keys.as(await manager("everybody's manager")),
    });
  }

  get nowMs(): number {
    return this.ring.clock.wallMs();
  }

  async take(command: Command): Promise<Step> {
    if (command.do === "wait") {
      this.ring.clock.pass(command.minutes * minute);
      return { expected: true, done: true };
    }
    const keys = this.#actors[command.actor];
    if (command.do === "issue") return await this.#issue(command, keys, undefined);
    const target = this.keys[command.at % this.keys.length]!;
    switch (command.do) {
      case "delegate":
        return await this.#issue(command, keys, target);
      case "update":
        return await this.#update(command, keys, target);
      case "rotate":
        return await this.#rotate(command, keys, target);
      default:
        return await this.#stand(command, keys, target);
    }
  }

  async #issue(
    { actor, owner, ask }: Extract<Command, { do: "issue" | "delegate" }>,
    keys: Keys,
    parent: TreeKey | undefined,
  ): Promise<Step> {
    const above = parent === undefined ? [] : chainOf(parent.model);
    const end = ask.minutes == null ? earliestEnd(above) : this.nowMs + ask.minutes * minute;
    const model: ModelKey = {
      parent: parent?.model,
      owner,
      scopes: ask.scopes!,
      dataset: ask.dataset ?? inheritedLimit(above),
      expiresMs: end === Infinity ? undefined : end,
      status: "active",
    };
    const expected =
      (parent === undefined || isUsable(parent.model, this.nowMs)) &&
      above.length < 6 &&
      isWithinParents(model, above) &&
      mayGive(actor, model, this.nowMs);
    const request = { owner, ...(requestOf(ask) as Pick<IssueRequest, "scopes">) };
    const outcome =
      parent === undefined ? await keys.issue(request) : await keys.delegate(parent.id, request);
    if (outcome.kind === "issued") {
      const tokens = [{ token: outcome.token, endsMs: Infinity }];
      this.keys.push({ id: outcome.key.id, model, tokens });
    }
    return { expected, done: outcome.kind === "issued" };
  }

  async #update(
    { actor, ask }: Extract<Command, { do: "update" }>,
    keys: Keys,
    { id, model }: TreeKey,
  ): Promise<Step> {
    const wanted = { ...model, ...changeOf(ask, this.nowMs) };
    const isChanged = JSON.stringify(wanted) !== JSON.stringify(model);
    const expected =
      model.status !== "revoked" &&
      (!isChanged || isWithinParents(wanted, chainOf(model).slice(1))) &&
      mayGive(actor, wanted, this.nowMs);
    const outcome = await keys.update(id, requestOf(ask));
    const done = outcome.kind === "changed";
    if (done) Object.assign(model, wanted);
    return { expected, done };
  }

  async #rotate(
    { actor, overlap }: Extract<Command, { do: "rotate" }>,
    keys: Keys,
    { id, model, tokens }: TreeKey,
  ): Promise<Step> {
    const expected = model.status !== "revoked" && mayGive(actor, model, this.nowMs);
    const outcome = await keys.rotate(id, { overlap });
    if (outcome.kind === "rotated") {
      const overlapMs = overlap === "0s" ? 0 : 30 * minute;
      tokens[0]!.endsMs = Math.min(this.nowMs + overlapMs, model.expiresMs ?? Infinity);
      if (tokens[1] !== undefined) tokens[1].endsMs = -Infinity;
      tokens.unshift({ token: outcome.token, endsMs: Infinity });
    }
    return { expected, done: outcome.kind === "rotated" };
  }

  async #stand(
    { do: operation, actor }: Extract<Command, { do: "revoke" | "disable" | "enable" }>,
    keys: Keys,
    { id, model }: TreeKey,
  ): Promise<Step> {
    const may =
      operation === "enable" ? mayGive(actor, model, this.nowMs) : mayEnd(actor, model.owner);
    const expected = may && (operation === "revoke" || model.status !== "revoked");
    const outcome = await keys[operation](id);
    const done = outcome.kind !== "refused";
    if (done) {
      const after = { revoke: "revoked", disable: "disabled", enable: "active" } as const;
      model.status = after[operation];
    }
    return { expected, done };
  }
}

function requestOf({ scopes, dataset, minutes }: Ask): KeyChanges {
  return {
    ...(scopes === undefined ? {} : { scopes }),
    ...(dataset === undefined ? {} : { constraints: dataset === null ? {} : { dataset } }),
    ...(minutes === undefined ? {} : { expires: minutes === null ? null : `${minutes}m` }),
  };
}

function changeOf(
  { scopes, dataset, minutes }: Ask,
  nowMs: number,
): Partial<Pick<ModelKey, "scopes" | "dataset" | "expiresMs">> {
  return {
    ...(scopes === undefined ? {} : { scopes }),
    ...(dataset === undefined ? {} : { dataset: dataset ?? undefined }),
    ...(minutes === undefined
      ? {}
      : { expiresMs: minutes === null ? undefined : nowMs + minutes * minute }),
  };
}
