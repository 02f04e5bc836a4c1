/**
 * Messages for the visitor: added now, shown once by the next page that shows messages, also after a redirect.
 * Mirrors django/contrib/messages/api.py (5.2).
 */
import type { SafeHtml } from '../kernel/html.ts'
import { DEBUG, DEFAULT_LEVELS, DEFAULT_TAGS, ERROR, INFO, SUCCESS, WARNING } from '../messages/message.ts'
import type { MessageStorage } from '../messages/message-storage.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/** More about a message. */
export interface MessageExtras {
  /** Class names in front of the level's own. @default '' */
  readonly extraTags?: string | null
}

type AddAtLevel = (request: RequestLike, text: string | SafeHtml, extras?: MessageExtras) => void

/**
 * Adds a message of any level.
 * @param text shown as text; `SafeHtml` (`html`, `markSafe`) as the HTML that it is
 * @throws {SessionClosed} once the answer has begun
 * @throws {StoreUnavailable} when messages are kept in the session and the store did not say what is in it
 * @throws {TypeError} without a request, with one that never passed the middleware, or with a level that is no number
 */
function add(request: RequestLike, level: number, text: string | SafeHtml, extras: MessageExtras = {}): void {
  authRequest(request, 'messages.add').messages.add(level, text, extras.extraTags)
}

function atLevel(level: number, name: string): AddAtLevel {
  return (request, text, extras = {}) =>
    authRequest(request, `messages.${name}`).messages.add(level, text, extras.extraTags)
}

/** The messages for the visitor. Looping over them uses them up. */
function getMessages(request: RequestLike): MessageStorage {
  return authRequest(request, 'messages.getMessages').messages
}

/** The lowest level that is kept during this request. */
function getLevel(request: RequestLike): number {
  return authRequest(request, 'messages.getLevel').messages.level
}

/** Sets the lowest level that is kept during this request; `null` goes back to the setting. */
function setLevel(request: RequestLike, level: number | null): void {
  authRequest(request, 'messages.setLevel').messages.level = level
}

/** Django's `messages` module. */
export interface Messages {
  readonly DEBUG: number
  readonly INFO: number
  readonly SUCCESS: number
  readonly WARNING: number
  readonly ERROR: number
  readonly DEFAULT_TAGS: typeof DEFAULT_TAGS
  readonly DEFAULT_LEVELS: typeof DEFAULT_LEVELS
  readonly add: typeof add
  /** The same as `add`, under Django's name. */
  readonly addMessage: typeof add
  readonly debug: AddAtLevel
  readonly info: AddAtLevel
  readonly success: AddAtLevel
  readonly warning: AddAtLevel
  readonly error: AddAtLevel
  readonly getMessages: typeof getMessages
  readonly getLevel: typeof getLevel
  readonly setLevel: typeof setLevel
}

/**
 * Messages for the next page.
 * @example messages.success(request, 'You have successfully logged out.')
 */
export const messages: Messages = {
  DEBUG,
  INFO,
  SUCCESS,
  WARNING,
  ERROR,
  DEFAULT_TAGS,
  DEFAULT_LEVELS,
  add,
  addMessage: add,
  debug: atLevel(DEBUG, 'debug'),
  info: atLevel(INFO, 'info'),
  success: atLevel(SUCCESS, 'success'),
  warning: atLevel(WARNING, 'warning'),
  error: atLevel(ERROR, 'error'),
  getMessages,
  getLevel,
  setLevel,
}
