/**
 * A response whose body has what is to be redacted taken out, as one text.
 * @throws TypeError for a body that cannot be vouched for: compressed, in part, or no UTF-8.
 */
export async function transformedResponse(
  response: Response,
  transform: (part: unknown) => Promise<unknown>,
): Promise<Response> {
  if (response.body === null) return response;
  const { status } = response;
  const headers = new Headers(response.headers);
  checkReadable(status, headers.get("content-encoding"), headers.get("content-type"));
  const text = await transformedText(new Uint8Array(await response.arrayBuffer()), transform);
  // They are about the body as it was.
  for (const name of bodyHeaders) headers.delete(name);
  // The handler's own words for the status are left out: they are not redacted.
  return new Response(text, { status, headers });
}

/** Headers that a changed body makes wrong. */
export const bodyHeaders: readonly string[] = [
  "content-length",
  "etag",
  "digest",
  "content-digest",
  "content-md5",
];

/** Has a Node response say its status in the usual words: the handler's own are not redacted. */
export function forgetStatusMessage(response: object): void {
  Reflect.deleteProperty(response, "statusMessage");
}

/** @throws TypeError for a body that is not there as a whole, as plain text. */
export function checkReadable(
  status: number,
  encoding: string | null | undefined,
  type: string | null | undefined,
): void {
  const charset =
    /charset\s*=\s*"?(?<name>[^\s;"]+)/iu.exec(type ?? "")?.groups?.["name"] ?? "utf-8";
  if (status === 206 || (encoding ?? "") !== "" || !/^utf-?8$/iu.test(charset)) {
    throw new TypeError("only a whole body of plain UTF-8 can be redacted");
  }
}

/** @throws TypeError for what is no UTF-8. */
export async function transformedText(
  body: Uint8Array,
  transform: (part: unknown) => Promise<unknown>,
): Promise<string> {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(body);
  const transformed = await transform(text);
  return typeof transformed === "string" ? transformed : JSON.stringify(transformed);
}
