/**
 * What a session store does in Redis, each in one Lua script and so in one step: whether the session is there is asked in the
 * same step that writes, so that nothing brings back what was ended.
 *
 * `KEYS[1]` is the prefix of all names (a client with a prefix of its own puts that in front), `ARGV[1]` is now, in milliseconds.
 */
import { type RedisScript, redisScript } from './redis-script.ts'

/**
 * Milliseconds that Redis keeps a session beyond its end. Which end counts is for the clock of whoever asks; the clocks of a
 * site's processes may differ by this much before one of them removes what is alive for another.
 */
export const GRACE = 60_000

/**
 * `session:KEY` is a hash of one session, `id:ID` the key that the session with this public id has now, `user:ID` the keys of a
 * user's sessions, sorted by their ends.
 */
const COMMON = `
local prefix, now = KEYS[1], ARGV[1]
local function nameOf(key) return prefix .. 'session:' .. key end
local function indexOf(user) return prefix .. 'user:' .. user end
local function aliasOf(id) return prefix .. 'id:' .. id end

local function isAlive(key)
  local expires = redis.call('HGET', nameOf(key), 'expires')
  return expires and tonumber(expires) > tonumber(now)
end

local function unalias(id, key)
  if redis.call('GET', aliasOf(id)) == key then redis.call('DEL', aliasOf(id)) end
end

local function remove(key)
  local line = redis.call('HMGET', nameOf(key), 'user', 'id')
  if redis.call('DEL', nameOf(key)) == 0 then return 0 end
  if line[1] then
    redis.call('ZREM', indexOf(line[1]), key)
    unalias(line[2], key)
  end
  return 1
end

local function dropEnded(index)
  redis.call('ZREMRANGEBYSCORE', index, '-inf', string.format('%.0f', tonumber(now) - ${GRACE}))
end

local function keepIndex(index, key, expires, left)
  redis.call('ZADD', index, expires, key)
  if redis.call('PTTL', index) < tonumber(left) then redis.call('PEXPIRE', index, left) end
end

-- The first write is one that Redis refuses where memory has run out: all of it is done, or nothing.
local function write(key, data, expires, left, user, id, address, agent)
  local name = nameOf(key)
  local before = redis.call('HMGET', name, 'user', 'id', 'created')
  redis.call('HSET', name, 'data', data, 'expires', expires)
  redis.call('PEXPIRE', name, left)
  if before[1] and before[1] ~= user then redis.call('ZREM', indexOf(before[1]), key) end
  if not user then
    if before[1] then
      unalias(before[2], key)
      redis.call('HDEL', name, 'user', 'id', 'created', 'seen', 'address', 'agent')
    end
    return
  end
  id = before[2] or id
  redis.call('HSET', name, 'user', user, 'id', id, 'created', before[3] or now, 'seen', now)
  if address ~= '' then redis.call('HSET', name, 'address', address) end
  if agent ~= '' then redis.call('HSET', name, 'agent', agent) end
  redis.call('SET', aliasOf(id), key, 'PX', left)
  dropEnded(indexOf(user))
  keepIndex(indexOf(user), key, expires, left)
end
`

function script(body: string): RedisScript {
  return redisScript(`${COMMON}\n${body.trim()}\n`)
}

/** now, key, data, end, milliseconds until Redis removes it, and for a user: id, public id, address, user agent ('' for none). */
export const CREATE: RedisScript = script(`
if redis.call('EXISTS', nameOf(ARGV[2])) == 1 then return 0 end
write(unpack(ARGV, 2))
return 1
`)

/** As `CREATE`, for what is alive. */
export const UPDATE: RedisScript = script(`
if not isAlive(ARGV[2]) then return 0 end
write(unpack(ARGV, 2))
return 1
`)

/** now, old key, and then as `CREATE` from the new key on. */
export const REPLACE: RedisScript = script(`
local from, to = ARGV[2], ARGV[3]
if not isAlive(from) then return 0 end
if from ~= to then
  if redis.call('EXISTS', nameOf(to)) == 1 then return 0 end
  local user = redis.call('HGET', nameOf(from), 'user')
  redis.call('RENAME', nameOf(from), nameOf(to))
  if user then redis.call('ZREM', indexOf(user), from) end
end
write(unpack(ARGV, 3))
return 1
`)

/** now, key, end, milliseconds until Redis removes it. */
export const TOUCH: RedisScript = script(`
local key, expires, left = ARGV[2], ARGV[3], ARGV[4]
if not isAlive(key) then return 0 end
local line = redis.call('HMGET', nameOf(key), 'user', 'id')
redis.call('HSET', nameOf(key), 'expires', expires)
redis.call('PEXPIRE', nameOf(key), left)
if line[1] then
  redis.call('HSET', nameOf(key), 'seen', now)
  redis.call('SET', aliasOf(line[2]), key, 'PX', left)
  keepIndex(indexOf(line[1]), key, expires, left)
end
return 1
`)

/** now (not used), key, public id ('' where it is not known). Deletes alone, for which Redis has memory when there is no more. */
export const DELETE: RedisScript = script(`
local key, id = ARGV[2], ARGV[3]
if remove(key) == 1 then return 1 end
local moved = id ~= '' and redis.call('GET', aliasOf(id))
return moved and remove(moved) or 0
`)

/** now, key, user, public id for one that has none, address, user agent. */
export const ADOPT: RedisScript = script(`
local key = ARGV[2]
if not isAlive(key) then return 0 end
local kept = redis.call('HMGET', nameOf(key), 'data', 'expires')
write(key, kept[1], kept[2], redis.call('PTTL', nameOf(key)), unpack(ARGV, 3))
return 1
`)

/** now (not used), user, the key to be left ('' for none). */
export const DELETE_FOR_USER: RedisScript = script(`
local user, except = ARGV[2], ARGV[3]
local ended = 0
for _, key in ipairs(redis.call('ZRANGE', indexOf(user), 0, -1)) do
  if key ~= except then
    if redis.call('HGET', nameOf(key), 'user') == user then ended = ended + remove(key)
    else redis.call('ZREM', indexOf(user), key) end
  end
end
return ended
`)

/** now, user. Gives key, id, created, seen, end, address, user agent of each. */
export const LIST_FOR_USER: RedisScript = script(`
local user, lines = ARGV[2], {}
dropEnded(indexOf(user))
for _, key in ipairs(redis.call('ZRANGE', indexOf(user), 0, -1)) do
  local line = redis.call('HMGET', nameOf(key), 'user', 'id', 'created', 'seen', 'expires', 'address', 'agent')
  if line[1] ~= user then redis.call('ZREM', indexOf(user), key)
  elseif tonumber(line[5]) > tonumber(now) then
    line[1] = key
    lines[#lines + 1] = line
  end
end
return lines
`)

/** Names of this prefix, a page at a time: `page[1]` is the next cursor, and `visit` gets the kind and the rest of each name. */
const PAGES = `
local function visitPage(cursor, count, visit)
  local pattern = prefix:gsub('[%*%?%[%]\\\\^]', '\\\\%0')
  local page = redis.call('SCAN', cursor, 'MATCH', pattern .. '*', 'COUNT', count)
  for _, name in ipairs(page[2]) do visit(name:sub(#prefix + 1):match('^(%a+):(.*)$')) end
  return page[1]
end
`

/** now, cursor, how many names to look at. Gives the next cursor, and how many sessions went. */
export const CLEAR: RedisScript = script(`${PAGES}
local cleared = 0
local cursor = visitPage(ARGV[2], ARGV[3], function(kind, rest)
  if kind == 'session' then
    if not isAlive(rest) then cleared = cleared + remove(rest) end
  elseif kind == 'user' then
    for _, key in ipairs(redis.call('ZRANGE', indexOf(rest), 0, -1)) do
      if redis.call('HGET', nameOf(key), 'user') ~= rest then redis.call('ZREM', indexOf(rest), key) end
    end
  end
end)
return { cursor, cleared }
`)

/**
 * now (not used), cursor, how many names to look at, `user` or `id`, which of them, the key to be left. Gives the next cursor, and
 * how many sessions went.
 */
export const SEARCH: RedisScript = script(`${PAGES}
local field, value, except, ended = ARGV[4], ARGV[5], ARGV[6], 0
local cursor = visitPage(ARGV[2], ARGV[3], function(kind, key)
  if kind == 'session' and key ~= except and redis.call('HGET', nameOf(key), field) == value then
    ended = ended + remove(key)
  end
end)
return { cursor, ended }
`)
