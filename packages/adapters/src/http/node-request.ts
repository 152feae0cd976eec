/** What this needs of a request of `node:http`, or of one that looks like it. */
export interface NodeRequest {
  readonly url?: string | undefined;
  /** Names and values in turn, as they came: the parsed headers drop a second `Authorization`. */
  readonly rawHeaders: readonly string[];
  /** As the handler reads them. */
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** Every value of a header of a Node request, as it came. */
export function rawValues({ rawHeaders }: NodeRequest, name: string): readonly string[] {
  const values: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) values.push(rawHeaders[index + 1] ?? "");
  }
  return values;
}
