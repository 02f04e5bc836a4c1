/**
 * Messages as JSON, in the cookie and in the session.
 * Mirrors `MessageEncoder`, `MessageDecoder` and `MessagePartSerializer` (django/contrib/messages/storage/cookie.py, 5.2).
 */
import { SafeHtml } from '../kernel/html.ts'
import { asciiJson } from '../kernel/json.ts'
import { type LevelTags, Message } from './message.ts'

const MESSAGE_KEY = '__json_message'
const NOT_FINISHED = '__messagesnotfinished__'

/** What stands at the end of a cookie that could not take all messages. */
export const NOT_FINISHED_JSON: string = `"${NOT_FINISHED}"`

/** Messages as they were stored. */
export interface StoredMessages {
  readonly messages: readonly Message[]
  /** False when the rest is somewhere else. */
  readonly finished: boolean
}

/** One message as the cookie has it. */
export function messageJson(message: Message): string {
  return asciiJson(parts(message))
}

/** A list of messages as the session has it. */
export function messageListJson(messages: readonly Message[]): string {
  return asciiJson(messages.map(parts), 'spaced')
}

/** @returns null when the text is no list; what is in it and no message is left out */
export function parseMessages(json: string, levelTags: LevelTags): StoredMessages | null {
  let list: unknown
  try {
    list = JSON.parse(json)
  } catch {
    return null
  }
  if (!Array.isArray(list)) return null
  const messages: Message[] = []
  for (const item of list as unknown[]) {
    const message = messageOf(item, levelTags)
    if (message !== null) messages.push(message)
  }
  return { messages, finished: list.at(-1) !== NOT_FINISHED }
}

function parts({ level, message, extraTags }: Message): unknown[] {
  const item = [MESSAGE_KEY, message instanceof SafeHtml ? 1 : 0, level, String(message)]
  // Not the same to Django: '' is kept, and None is left out.
  if (extraTags !== null) item.push(extraTags)
  return item
}

function messageOf(item: unknown, levelTags: LevelTags): Message | null {
  if (!Array.isArray(item) || item[0] !== MESSAGE_KEY) return null
  const [, safe, level, text, extraTags = null] = item as unknown[]
  if (typeof level !== 'number' || typeof text !== 'string') return null
  if (extraTags !== null && typeof extraTags !== 'string') return null
  return new Message(level, safe ? new SafeHtml(text) : text, extraTags, levelTags)
}
