/** What obligations do to one part of a result. */
type Transform = (part: unknown) => Promise<unknown>;

/** Members of a message that are for the program and not for the model. */
const besideContent = ["artifact", "metadata", "additional_kwargs", "response_metadata"] as const;

/** Applies obligations to what a tool gave: both halves of a pair, and inside of messages and commands. */
export function transformedResult(
  result: unknown,
  transform: Transform,
  isPair: boolean,
): Promise<unknown> {
  return isPair && Array.isArray(result)
    ? Promise.all(result.map((half) => transformedPart(half, transform)))
    : transformedPart(result, transform);
}

async function transformedPart(part: unknown, transform: Transform): Promise<unknown> {
  if (isMessage(part)) return await transformedMessage(part, transform);
  if (isCommand(part)) return await transformedCommand(part, transform);
  return await transform(part);
}

/** Applies obligations to a message: gives a new one, with nothing of the old one's content in it. */
async function transformedMessage<M extends MessageParts>(
  message: M,
  transform: Transform,
): Promise<M> {
  const changes: Record<string, unknown> = { content: await transform(message.content) };
  for (const name of besideContent) {
    if (!isEmpty(message[name])) changes[name] = await transform(message[name]);
  }
  // A message keeps what it was made of, and is written down from that.
  const made = { ...message.lc_kwargs, ...changes };
  const copy = Object.create(
    Object.getPrototypeOf(message) as object,
    Object.getOwnPropertyDescriptors(message),
  ) as M;
  return Object.assign(copy, changes, { lc_kwargs: made });
}

// What a command sends to other nodes by `Send` has no place of its own that is known to be a result.
async function transformedCommand(command: CommandParts, transform: Transform): Promise<unknown> {
  const { update, resume, graph, goto } = command;
  if (goto.some((target) => typeof target !== "string")) {
    throw new TypeError("a command with a `Send` cannot be redacted: return an update instead");
  }
  const Command = command.constructor as new (parts: object) => unknown;
  return new Command({
    ...(update === undefined ? {} : { update: await transformedUpdate(update, transform) }),
    ...(resume === undefined ? {} : { resume }),
    ...(graph === undefined ? {} : { graph }),
    goto,
  });
}

// An object from channel to value, a list of such pairs, or a value: as LangGraph reads it.
async function transformedUpdate(update: unknown, transform: Transform): Promise<unknown> {
  if (typeof update !== "object" || update === null) return await transform(update);
  const entries = Array.isArray(update) ? (update as unknown[]) : Object.entries(update);
  const transformed = await Promise.all(
    entries.map(async (entry) => {
      if (!Array.isArray(entry) || entry.length !== 2)
        return await transformedPart(entry, transform);
      const [channel, value] = entry as [unknown, unknown];
      return [channel, await transformedValue(value, transform)];
    }),
  );
  return Array.isArray(update)
    ? transformed
    : Object.fromEntries(transformed as [string, unknown][]);
}

async function transformedValue(value: unknown, transform: Transform): Promise<unknown> {
  return Array.isArray(value) && value.some(isMessage)
    ? await Promise.all(value.map((each) => transformedPart(each, transform)))
    : await transformedPart(value, transform);
}

interface MessageParts {
  readonly content: unknown;
  readonly artifact?: unknown;
  readonly metadata?: unknown;
  readonly additional_kwargs?: unknown;
  readonly response_metadata?: unknown;
  readonly lc_kwargs?: Readonly<Record<string, unknown>>;
}

interface CommandParts {
  readonly update?: unknown;
  readonly resume?: unknown;
  readonly graph?: unknown;
  readonly goto: readonly unknown[];
}

function isMessage(value: unknown): value is MessageParts {
  return (
    typeof value === "object" && value !== null && "content" in value && "lc_namespace" in value
  );
}

function isCommand(value: unknown): value is CommandParts {
  return (
    typeof value === "object" && value !== null && "lg_name" in value && value.lg_name === "Command"
  );
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0)
  );
}
