/**
 * Headers of a request that are answered by the body as it was before anything was redacted: whoever
 * guesses its `ETag`, or asks for a part of it, learns of it by the status alone.
 */
const conditions: readonly string[] = ["if-match", "if-none-match", "if-range", "range"];

/** Takes them out of the headers of a Node request, before a handler or a framework answers them. */
export function forgetConditions(headers: Readonly<Record<string, unknown>> | undefined): void {
  for (const name of conditions) if (headers !== undefined) Reflect.deleteProperty(headers, name);
}

/** The request without them. One whose body was read comes without a body. */
export function unconditional(request: Request): Request {
  if (!conditions.some((name) => request.headers.has(name))) return request;
  const headers = new Headers(request.headers);
  for (const name of conditions) headers.delete(name);
  const { url, method, signal, bodyUsed } = request;
  return bodyUsed
    ? new Request(url, { method, headers, signal })
    : new Request(request, { headers });
}
