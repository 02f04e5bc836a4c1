/** `postern/redis`: sessions in Redis or Valkey, or a cache of them. */

export { redisCache } from './stores/redis/redis-cache.ts'
export type { IoRedisClient, NodeRedisClient, RedisClient } from './stores/redis/redis-client.ts'
export { type RedisOptions, redisSessions } from './stores/redis/redis-sessions.ts'
