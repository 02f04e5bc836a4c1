/** What a check says. Mirrors `CheckMessage` (django/core/checks/messages.py, 5.2). */

/** How bad it is: an error does not work, a warning works otherwise than it looks, an info is good to know. */
export type CheckLevel = 'error' | 'warning' | 'info'

/** The letter is the level; the hundreds are the trouble (docs/checks.md). It is never given to another check. */
export type CheckId = `postern.${'E' | 'W' | 'I'}${number}`

/** One finding. */
export interface CheckMessage {
  readonly id: CheckId
  readonly level: CheckLevel
  /** What is the case, and what follows from it. */
  readonly message: string
  /** What to write. */
  readonly cure: string
}

const LEVELS: Readonly<Record<string, CheckLevel>> = { E: 'error', W: 'warning', I: 'info' }

export function checkMessage(id: CheckId, message: string, cure: string): CheckMessage {
  return { id, level: LEVELS[id.charAt('postern.'.length)] as CheckLevel, message, cure }
}

const ORDER: readonly CheckLevel[] = ['error', 'warning', 'info']

/** The worst first. */
export function inOrder(messages: readonly CheckMessage[]): readonly CheckMessage[] {
  return [...messages].sort((one, other) => ORDER.indexOf(one.level) - ORDER.indexOf(other.level))
}
