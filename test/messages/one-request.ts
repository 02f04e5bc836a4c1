/** The messages of one request without a server: its cookie and its session in one's own hands. */
import { createHash } from 'node:crypto'
import { DEFAULT_TAGS, INFO, type Message } from '../../src/messages/message.ts'
import { MessageCookies } from '../../src/messages/message-cookies.ts'
import { type MessageSpace, MessageStorage, type MessagesRequest } from '../../src/messages/message-storage.ts'
import { Clock, SECRET_KEY } from '../support/postern.ts'

export const cookies: MessageCookies = new MessageCookies({ key: SECRET_KEY, fallbackKeys: [] }, new Clock().now)

export interface OneRequest {
  readonly messages: MessageStorage
  readonly session: Map<string, string>
  /** How often somebody was told so. */
  readonly told: { used: number; changed: number }
}

export interface Came {
  readonly cookie?: string | null | undefined
  readonly session?: Iterable<readonly [string, string]>
}

/** A request that came with this cookie and this session. */
export function oneRequest(
  storage: MessageSpace['storage'],
  { cookie, session = [] }: Came = {},
  space: Partial<MessageSpace> = {},
): OneRequest {
  const told = { used: 0, changed: 0 }
  const values = new Map(session)
  const header = cookie === undefined || cookie === null ? undefined : `other=1; messages=${cookie}`
  const request = {
    incoming: { header: (name: string) => (name === 'cookie' ? header : undefined) },
    session: values,
    used: () => {
      told.used++
    },
    changed: () => {
      told.changed++
    },
  } as unknown as MessagesRequest
  const all = { storage, level: INFO, tags: DEFAULT_TAGS, cookieName: 'messages', cookies, strict: false, ...space }
  return { messages: new MessageStorage(all, request), session: values, told }
}

/** The request after that one, from the same browser; `update` is told first. */
export function nextRequest(storage: MessageSpace['storage'], before: OneRequest, came: Came = {}): OneRequest {
  const due = before.messages.update()
  return oneRequest(storage, { cookie: due === undefined ? came.cookie : due, session: before.session })
}

export function texts(messages: Iterable<Message>): string[] {
  return [...messages].map(String)
}

/** A text that no compression makes much shorter, the same in every run. */
export function noise(seed: number, length: number): string {
  let text = ''
  for (let i = 0; text.length < length; i++) {
    text += createHash('sha256').update(`${seed}:${i}`).digest('base64url')
  }
  return text.slice(0, length)
}
