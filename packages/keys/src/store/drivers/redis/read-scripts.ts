import { type Script, storeScript } from "./script.ts";

/** Fields of a key as the reading scripts answer them. */
const rowOf = `
local fields = { 'version', 'body', 'pepper', 'seal', 'used' }
local function rowOf(id, call)
  local row = call('HMGET', keyOf(id), unpack(fields))
  if row.err then return { id } end
  return { id, unpack(row) }
end`;

/** `id` → the rows of the key and of those above it. */
export const readChain: Script = storeScript(
  "read",
  `${rowOf}
local chain = {}
local id = take()
while id and #chain < 8 do
  local row = rowOf(id, redis.call)
  local body = row[3]
  if not row[2] and not body then break end
  chain[#chain + 1] = row
  id = body and memberOf(body, 'parent')
end
return chain`,
);

/** `index`, `after`, `count` → rows of the ids in an index, which may be edited: the reader checks each. */
export const readIndex: Script = storeScript(
  "read",
  `${rowOf}
local index, after, count = take(), take(), take()
local from = '-'
if after ~= '' then from = '(' .. after end
local rows = {}
for _, id in ipairs(redis.call('ZRANGEBYLEX', base .. ':' .. index, from, '+', 'LIMIT', 0, count)) do
  -- A row of another type is damage to that one key.
  rows[#rows + 1] = rowOf(id, redis.pcall)
end
return rows`,
);

/** `sequence` → the head, and the ids that changed since, or nil where that is not known. */
export const changesSince: Script = storeScript(
  "read",
  `
local since = tonumber(take())
local head, floor = unpack(redis.call('HMGET', base, 'sequence', 'floor'))
if since > tonumber(head) or since < tonumber(floor) then return { head, false } end
return { head, redis.call('ZRANGEBYSCORE', base .. ':changes', '(' .. string.format('%.0f', since), '+inf') }`,
);

/** `limit` → the oldest pending entries, as XRANGE answers them. */
export const readPending: Script = storeScript(
  "read",
  `return redis.call('XRANGE', base .. ':pending', '-', '+', 'COUNT', take())`,
);

/** `tenant`, `digest` → request and key id of an idempotency record. */
export const readIdempotency: Script = storeScript(
  "read",
  `return redis.call('HMGET', rememberedOf(take(), take()), 'request', 'key')`,
);
