/** Lua scripts, known to a server by their names. */
import { createHash } from 'node:crypto'

/** A script, and the name under which a server that has seen it once runs it again. */
export interface RedisScript {
  readonly text: string
  /** SHA-1 of the text, as `EVALSHA` wants it. */
  readonly sha: string
}

const made: RedisScript[] = []

/** All scripts of this process. @internal */
export const ALL_SCRIPTS: readonly RedisScript[] = made

export function redisScript(text: string): RedisScript {
  const script = { text, sha: createHash('sha1').update(text).digest('hex') }
  made.push(script)
  return script
}
