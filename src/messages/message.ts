/**
 * One message and the levels that it may have.
 * Mirrors django/contrib/messages/constants.py and `Message` of storage/base.py (5.2).
 */
import type { SafeHtml } from '../kernel/html.ts'

export const DEBUG = 10
export const INFO = 20
export const SUCCESS = 25
export const WARNING = 30
export const ERROR = 40

/** The class names that levels have on a page. */
export type LevelTags = Readonly<Record<number, string>>

/** Django's own level tags. */
export const DEFAULT_TAGS: LevelTags = {
  [DEBUG]: 'debug',
  [INFO]: 'info',
  [SUCCESS]: 'success',
  [WARNING]: 'warning',
  [ERROR]: 'error',
}

/** The levels by name. */
export const DEFAULT_LEVELS: Readonly<Record<'DEBUG' | 'INFO' | 'SUCCESS' | 'WARNING' | 'ERROR', number>> = {
  DEBUG,
  INFO,
  SUCCESS,
  WARNING,
  ERROR,
}

export class Message {
  readonly level: number
  /** The text; `SafeHtml` where it is HTML already. */
  readonly message: string | SafeHtml
  readonly extraTags: string | null
  /** The tag of the level alone, `''` for a level that has none. */
  readonly levelTag: string
  /** The extra tags and the level's, for `class="…"`. */
  readonly tags: string

  constructor(
    level: number,
    message: string | SafeHtml,
    extraTags: string | null = null,
    levelTags: LevelTags = DEFAULT_TAGS,
  ) {
    this.level = level
    this.message = message
    this.extraTags = extraTags
    this.levelTag = levelTags[level] ?? ''
    this.tags = extraTags ? (this.levelTag === '' ? extraTags : `${extraTags} ${this.levelTag}`) : this.levelTag
  }

  /** The text, HTML or not. */
  toString(): string {
    return String(this.message)
  }
}
