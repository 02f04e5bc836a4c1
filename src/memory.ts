/** `postern/memory`: users and sessions in memory, for tests. */
export { memory } from './stores/memory/memory.ts'
export { memoryCache } from './stores/memory/memory-cache.ts'
export { memorySessions } from './stores/memory/memory-sessions.ts'
