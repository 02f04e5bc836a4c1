/**
 * A cache of sessions in Redis, each step one Lua script. A cache may lose whatever it likes (`allkeys-lru`): so nothing counts
 * but what is there. A session needs the name of where it is and its user's era; leave needs itself and the fence.
 *
 * `cached:KEY` is a hash of one session, `leave:KEY` who may bring it, `at:ID` the key at which the session with this public id may
 * be taken, `era:USER` what all cached sessions of a user have in common, `fence` what all leave has in common.
 */
import { type RedisScript, redisScript } from './redis-script.ts'

/** Milliseconds in which whoever has leave brings the session. */
const LEAVE = 10_000

const COMMON = `
local prefix, key = KEYS[1], ARGV[1]
local entry, leave, fence = prefix .. 'cached:' .. key, prefix .. 'leave:' .. key, prefix .. 'fence'
local function at(id) return prefix .. 'at:' .. id end
local function eraOf(user) return prefix .. 'era:' .. user end
`

/** key, a random text. Gives the session, or null and leave to bring it (null where another has it). */
export const LOOK: RedisScript = redisScript(`${COMMON}
local found = redis.call('HMGET', entry, 'session', 'id', 'user', 'era')
if found[1] then
  if not found[2] then return { found[1] } end
  if redis.call('GET', at(found[2])) == key and redis.call('GET', eraOf(found[3])) == found[4] then return { found[1] } end
end
-- A cache without memory left says so, and gives no leave.
local given = redis.pcall('SET', leave, ARGV[2], 'NX', 'PX', ${LEAVE})
if not given or given.err then return { false, false } end
local stands = redis.call('GET', fence)
if not stands then
  stands = ARGV[2]
  redis.call('SET', fence, stands)
end
return { false, ARGV[2] .. ' ' .. stands }
`)

/** key, leave, session, milliseconds, and for one with a user: public id, user, a random text. */
export const FILL: RedisScript = redisScript(`${COMMON}
local mine, stands = redis.call('GET', leave), redis.call('GET', fence)
if not mine or not stands or mine .. ' ' .. stands ~= ARGV[2] then return 0 end
local milliseconds, id, user = ARGV[4], ARGV[5], ARGV[6]
-- The first write is one that Redis refuses where memory has run out.
redis.call('HSET', entry, 'session', ARGV[3])
redis.call('HDEL', entry, 'id', 'user', 'era')
redis.call('DEL', leave)
redis.call('PEXPIRE', entry, milliseconds)
if not user then return 1 end
local era = redis.call('GET', eraOf(user)) or ARGV[7]
redis.call('HSET', entry, 'id', id, 'user', user, 'era', era)
redis.call('SET', at(id), key, 'PX', milliseconds)
redis.call('SET', eraOf(user), era, 'NX')
if redis.call('PTTL', eraOf(user)) < tonumber(milliseconds) then redis.call('PEXPIRE', eraOf(user), milliseconds) end
return 1
`)

/** key, public id ('' where it is not known). Deletes alone. */
export const DROP: RedisScript = redisScript(`${COMMON}
redis.call('DEL', entry, leave)
if ARGV[2] ~= '' then redis.call('DEL', at(ARGV[2]), fence) end
return 1
`)

/** (not used), user. Deletes alone. */
export const DROP_USER: RedisScript = redisScript(`${COMMON}
redis.call('DEL', eraOf(ARGV[2]), fence)
return 1
`)
