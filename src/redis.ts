/** `postern/redis`: sessions in Redis or Valkey. */
export type { IoRedisClient, NodeRedisClient, RedisClient } from './stores/redis/redis-client.ts'
export { type RedisOptions, redisSessions } from './stores/redis/redis-sessions.ts'
