import { createHash } from "node:crypto";

/** A Lua script. Values reach it by KEYS and ARGV alone, never by its text. */
export interface Script {
  readonly text: string;
  /** SHA-1 of the text, by which EVALSHA names it. */
  readonly digest: string;
}

/**
 * Code of the answer of a script that was run against a store which is not the one that was opened:
 * wiped, put back, or brought to a newer schema.
 */
export const storeChanged = "STORECHANGED";

/**
 * What a script begins with. KEYS[1] is the hash of the store, and begins the name of every other key;
 * `read` marks a script that works where nothing can be written. A script with this first line is
 * refused as a whole when the server is full, read-only or cannot persist, never in its middle.
 */
function firstLine(access: "read" | "write"): string {
  return access === "read" ? "#!lua flags=no-writes\n" : "#!lua\n";
}

/** A script that runs as it is. */
export function bareScript(access: "read" | "write", body: string): Script {
  const text = firstLine(access) + body;
  return { text, digest: createHash("sha1").update(text).digest("hex") };
}

/** A script that runs only against the schema ARGV[1] of the store ARGV[2]; `take()` gives what follows. */
export function storeScript(access: "read" | "write", body: string): Script {
  return bareScript(
    access,
    `
local base = KEYS[1]
local found = redis.call('HMGET', base, 'schema', 'store')
if found[1] ~= ARGV[1] or found[2] ~= ARGV[2] then
  return redis.error_reply('${storeChanged} another store is here')
end
local position = 2
local function take()
  position = position + 1
  return ARGV[position]
end
local function keyOf(id) return base .. ':key:' .. id end
local function rememberedOf(tenant, digest)
  return base .. ':idempotency:' .. #tenant .. ':' .. tenant .. ':' .. digest
end
local function memberOf(text, name)
  local ok, body = pcall(cjson.decode, text)
  if ok and type(body) == 'table' and type(body[name]) == 'string' then return body[name] end
end
${body}`,
  );
}
