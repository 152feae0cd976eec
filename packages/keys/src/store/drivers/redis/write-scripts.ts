import { keptChanges } from "../../kept-changes.ts";
import { bareScript, type Script, storeScript } from "./script.ts";

/**
 * Steps of the schema: the step at index n brings version n forward to n + 1, and does nothing when
 * another process has done it. ARGV: n, the id that a new store gets.
 */
export const migrations: readonly Script[] = [
  bareScript(
    "write",
    `
local base = KEYS[1]
if redis.call('HEXISTS', base, 'schema') == 1 then return end
if redis.call('EXISTS', base, base .. ':changes', base .. ':pending') > 0 then
  return redis.error_reply('ERR a part of the store is gone, and another is not')
end
redis.call('HSET', base, 'schema', ARGV[1] + 1, 'store', ARGV[2], 'sequence', 0, 'floor', 0)`,
  ),
];

/**
 * Checks everything first and writes then, because a script is not undone when it fails in its middle.
 * ARGV: 0, or 1 and tenant, digest, request, key id of an idempotency record; the number of writes, and of
 * each: id, version, body, pepper, seal, expected version, entry; the number of keys required, and of each:
 * id, version. Answers `committed` and the last sequence number, `conflict` and an id, or `replayed`,
 * request, key id.
 */
export const commit: Script = storeScript(
  "write",
  `
local remembered, request, usedFor
if take() == '1' then
  remembered = rememberedOf(take(), take())
  request, usedFor = take(), take()
  local before = redis.call('HMGET', remembered, 'request', 'key')
  if before[1] then return { 'replayed', before[1], before[2] } end
end

local planned, writes, indexed = {}, {}, {}
local function versionOf(id)
  local version = redis.call('HGET', keyOf(id), 'version')
  if not version and redis.call('EXISTS', keyOf(id)) == 0 then return '0' end
  return version
end
-- Reads from each index, since that fails where the index is damaged.
local function plan(command, body, ...)
  local tenant, owner, parent = memberOf(body, 'tenant'), memberOf(body, 'owner'), memberOf(body, 'parent')
  local names = {}
  if tenant then names[1] = 'tenant:' .. tenant end
  if tenant and owner then names[2] = 'owner:' .. tenant .. '/' .. owner end
  if parent then names[#names + 1] = 'parent:' .. parent end
  for _, name in ipairs(names) do
    redis.call('ZCARD', base .. ':' .. name)
    indexed[#indexed + 1] = { command, base .. ':' .. name, ... }
  end
end
for i = 1, tonumber(take()) do
  local write = {
    id = take(), version = take(), body = take(), pepper = take(), seal = take(),
    expects = take(), entry = take(),
  }
  local earlier = planned[write.id]
  if (earlier and earlier.version or versionOf(write.id)) ~= write.expects then
    return { 'conflict', write.id }
  end
  local before = earlier and earlier.body or redis.call('HGET', keyOf(write.id), 'body')
  if before then plan('ZREM', before, write.id) end
  plan('ZADD', write.body, 0, write.id)
  planned[write.id] = write
  writes[i] = write
end
for _ = 1, tonumber(take()) do
  local id, version = take(), take()
  if versionOf(id) ~= version then return { 'conflict', id } end
end
redis.call('ZCARD', base .. ':changes')
redis.call('XLEN', base .. ':pending')

local head = redis.call('HINCRBY', base, 'sequence', #writes)
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
for i, write in ipairs(writes) do
  local sequence = head - #writes + i
  -- First what fails where the sequence was put back behind the entries that were given its numbers.
  redis.call('XADD', base .. ':pending', string.format('%.0f-0', sequence), 'key', write.id,
    'at', now, 'entry', write.entry)
end
for i, write in ipairs(writes) do
  redis.call('HSET', keyOf(write.id), 'version', write.version, 'body', write.body,
    'pepper', write.pepper, 'seal', write.seal)
  redis.call('ZADD', base .. ':changes', head - #writes + i, write.id)
end
for _, command in ipairs(indexed) do redis.call(unpack(command)) end
local surplus = redis.call('ZCARD', base .. ':changes') - ${keptChanges}
if surplus > 0 then
  local last = redis.call('ZRANGE', base .. ':changes', surplus - 1, surplus - 1, 'WITHSCORES')
  redis.call('ZREMRANGEBYRANK', base .. ':changes', 0, surplus - 1)
  redis.call('HSET', base, 'floor', last[2])
end
if remembered then redis.call('HSET', remembered, 'request', request, 'key', usedFor) end
if #writes > 0 then redis.call('PUBLISH', base .. ':changes', head) end
return { 'committed', head }`,
);

/** Ids, and of each the time of its use in milliseconds since 1970: only forward. */
export const touch: Script = storeScript(
  "write",
  `
while position < #ARGV do
  local key, used = keyOf(take()), take()
  local known = redis.call('HMGET', key, 'version', 'used')
  if known[1] and (tonumber(known[2] or '') or 0) < tonumber(used) then
    redis.call('HSET', key, 'used', used)
  end
end`,
);

/** Sequence numbers whose entries are not pending any more. */
export const settle: Script = storeScript(
  "write",
  `
while position < #ARGV do redis.call('XDEL', base .. ':pending', take() .. '-0') end`,
);
