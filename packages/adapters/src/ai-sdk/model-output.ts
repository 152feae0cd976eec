import type {
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4StreamPart,
} from "@ai-sdk/provider";
import type { JsonValue } from "@scopeward/core";

type Transform = (part: unknown) => Promise<unknown>;

/**
 * A model's answer with its texts transformed. What the provider tells beside them, such as the raw body
 * or the probability of each word, holds them too, and is left out.
 */
export async function transformedAnswer(
  result: LanguageModelV4GenerateResult,
  transform: Transform,
): Promise<LanguageModelV4GenerateResult> {
  const content: LanguageModelV4Content[] = [];
  for (const part of result.content) content.push(await transformedContent(part, transform));
  const { response, structuredOutputText, providerMetadata: _told, ...rest } = result;
  const { body: _body, ...known } = response ?? {};
  return {
    ...rest,
    content,
    ...(structuredOutputText === undefined
      ? {}
      : { structuredOutputText: await text(structuredOutputText, transform) }),
    ...(response === undefined ? {} : { response: known }),
  };
}

/** One piece of a model's stream with its text transformed. */
export async function transformedPiece(given: unknown, transform: Transform): Promise<unknown> {
  const piece = given as LanguageModelV4StreamPart;
  switch (piece.type) {
    case "text-delta":
    case "reasoning-delta":
      return { ...piece, delta: await text(piece.delta, transform) };
    case "tool-result":
      return { ...piece, result: await transform(piece.result) };
    default:
      return piece;
  }
}

/**
 * A model's stream in which each text is one piece: what is cut could slip through a pattern. What the
 * provider tells beside the texts is left out, as are its raw pieces.
 */
export async function* wholeTexts(
  stream: AsyncIterable<LanguageModelV4StreamPart>,
): AsyncGenerator<LanguageModelV4StreamPart> {
  const held = new Map<string, Extract<LanguageModelV4StreamPart, { readonly delta: string }>>();
  for await (const told of stream) {
    const piece = withoutMetadata(told);
    switch (piece.type) {
      case "raw":
        continue;
      case "text-delta":
      case "reasoning-delta": {
        const before = held.get(keyOf(piece))?.delta ?? "";
        held.set(keyOf(piece), { ...piece, delta: before + piece.delta });
        continue;
      }
      case "text-end":
      case "reasoning-end": {
        const whole = held.get(keyOf(piece));
        held.delete(keyOf(piece));
        if (whole !== undefined) yield whole;
        break;
      }
      case "finish":
        yield* held.values();
        held.clear();
        break;
      default:
        break;
    }
    yield piece;
  }
}

function withoutMetadata(piece: LanguageModelV4StreamPart): LanguageModelV4StreamPart {
  if (!/^(?:text|reasoning)-(?:start|delta|end)$|^finish$/u.test(piece.type)) return piece;
  const {
    providerMetadata: _metadata,
    citations: _citations,
    ...rest
  } = piece as {
    readonly providerMetadata?: unknown;
    readonly citations?: unknown;
  };
  return rest as LanguageModelV4StreamPart;
}

function keyOf({ type, id }: { readonly type: string; readonly id: string }): string {
  return `${type.split("-", 1)[0] ?? ""} ${id}`;
}

async function transformedContent(
  part: LanguageModelV4Content,
  transform: Transform,
): Promise<LanguageModelV4Content> {
  switch (part.type) {
    case "text":
    case "reasoning":
      return { type: part.type, text: await text(part.text, transform) };
    case "tool-result":
      return { ...part, result: (await transform(part.result)) as NonNullable<JsonValue> };
    default:
      return part;
  }
}

async function text(value: string, transform: Transform): Promise<string> {
  const transformed = await transform(value);
  return typeof transformed === "string" ? transformed : JSON.stringify(transformed);
}
