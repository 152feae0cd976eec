import type { IssueRequest } from "@scopeward/keys";
import type { KeyKind } from "@scopeward/sdk";
import type { Command } from "commander";
import { Option } from "commander";
import { addGrantOptions } from "./keys-options.ts";
import type { GrantOptions } from "./keys-options.ts";

/** Options that `issue` and `delegate` have in common. */
export interface NewKeyOptions extends GrantOptions {
  readonly owner?: string;
  readonly kind?: KeyKind;
  readonly expires?: string;
  readonly notBefore?: string;
  readonly name?: string;
  readonly notes?: string;
  readonly idempotencyKey?: string;
}

/** Adds the options of {@link NewKeyOptions}, but `--owner`. */
export function addNewKeyOptions(command: Command): Command {
  command.addOption(
    new Option(
      "--kind <kind>",
      "for people and services inside or outside, agents, or management (default: by the audience, else int)",
    ).choices(["int", "ext", "agt", "mgt"]),
  );
  return addGrantOptions(command)
    .option("--expires <when>", "duration such as 30d, or point in time (RFC 3339)")
    .option(
      "--not-before <when>",
      "does not work before: duration such as 1d, or point in time (RFC 3339)",
    )
    .option("--name <text>", "what people call the key")
    .option("--notes <text>", "for people")
    .option(
      "--idempotency-key <text>",
      "issue nothing when this text was used before, and answer with the key of then",
    );
}

/** What of a request the options say. */
export function newKeyRequest(options: NewKeyOptions): Omit<IssueRequest, "owner"> {
  const { kind, scope, constraint, expires, notBefore, name, notes, idempotencyKey } = options;
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(scope === undefined ? {} : { scopes: scope }),
    ...(constraint === undefined ? {} : { constraints: constraint }),
    ...(expires === undefined ? {} : { expires }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}
