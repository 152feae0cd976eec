import type { Audience } from "@scopeward/core";
import type { IssueRequest, MayGrant } from "@scopeward/keys";
import { Command, Option } from "commander";
import { addExample } from "../../command-options.ts";
import type { DefineCommand } from "../../command-definition.ts";
import { InvalidInput } from "../../invalid-input.ts";
import { answerNewKey } from "../../key-answer.ts";
import { addNewKeyOptions, newKeyRequest } from "../../new-key-options.ts";
import type { NewKeyOptions } from "../../new-key-options.ts";
import {
  addKeysOptions,
  addPoliciesOption,
  audiences,
  choiceListOption,
  lifeSeconds,
  words,
} from "../../keys-options.ts";
import type { KeysVerbOptions } from "../../keys-options.ts";
import { addTokenOptions } from "../../token-sink.ts";
import type { TokenOptions } from "../../token-sink.ts";

interface IssueOptions extends KeysVerbOptions, NewKeyOptions, TokenOptions {
  readonly owner: string;
  readonly audience?: Audience;
  readonly parent?: string;
  readonly mayGrantScope?: readonly string[];
  readonly mayGrantAudience?: readonly Audience[];
  readonly mayGrantOwner?: readonly string[];
  readonly mayGrantMaxLife?: number;
}

/** `scopeward keys issue`: a new key, and its token once. */
export const keysIssueCommand: DefineCommand = (output, finish) => {
  const command = new Command("issue")
    .description("Issue a key; its token is shown once.")
    .requiredOption("--owner <owner>", "whose key it is, such as user:ada or service:billing");
  addNewKeyOptions(command)
    .addOption(
      new Option("--audience <audience>", "who may hold it (default: by the kind)").choices(
        audiences,
      ),
    )
    .option("--parent <id>", "key that this one must never exceed");
  addMayGrantOptions(command);
  addTokenOptions(command);
  addPoliciesOption(addKeysOptions(command));
  addExample(
    command,
    "scopeward keys issue --owner user:ada --kind int --audience internal --scope notes:read --expires 90d --json",
  );
  return command.action(async (options: IssueOptions) => {
    const request = issueRequest(options);
    finish(await answerNewKey(options, output, async (keys) => await keys.issue(request)));
  });
};

function addMayGrantOptions(command: Command): void {
  command
    .option(
      "--may-grant-scope <grants>",
      "of a management key: scopes that it gives; comma separated, may be given again",
      words,
    )
    .addOption(
      choiceListOption(
        "--may-grant-audience <audiences>",
        "of a management key: audiences of its keys; comma separated, may be given again",
        audiences,
      ),
    )
    .option(
      "--may-grant-owner <owners>",
      "of a management key: whose keys it changes, such as user:ada, user:* or *; comma separated, may be given again",
      words,
    )
    .option(
      "--may-grant-max-life <duration>",
      "of a management key: longest life of a key that it issues, such as 90d",
      lifeSeconds,
    );
}

function issueRequest(options: IssueOptions): IssueRequest {
  const { owner, audience, parent } = options;
  const mayGrant = mayGrantOf(options);
  return {
    owner,
    ...newKeyRequest(options),
    ...(audience === undefined ? {} : { audience }),
    ...(parent === undefined ? {} : { parent }),
    ...(mayGrant === undefined ? {} : { mayGrant }),
  };
}

/** @throws InvalidInput when the longest life is missing; lists that are not given allow nothing. */
function mayGrantOf(options: IssueOptions): MayGrant | undefined {
  const {
    mayGrantScope: scopes,
    mayGrantAudience: audiencesOf,
    mayGrantOwner: owners,
    mayGrantMaxLife: maxLifeSeconds,
  } = options;
  if ([scopes, audiencesOf, owners, maxLifeSeconds].every((given) => given === undefined)) {
    return undefined;
  }
  if (maxLifeSeconds === undefined) {
    throw new InvalidInput(
      "give the longest life of its keys with --may-grant-max-life, such as 90d",
    );
  }
  return {
    scopes: scopes ?? [],
    audiences: audiencesOf ?? [],
    owners: owners ?? [],
    maxLifeSeconds,
  };
}
