/**
 * What makes pages of the application's own templates: nunjucks, or whatever implements these few lines.
 * Mirrors what Django asks of a template backend (django/template/backends/base.py, 5.2).
 */
import type { MessageStorage } from '../messages/message-storage.ts'
import type { AnonymousUser, User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import type { Perms } from './perms.ts'

/** Finds templates by name and fills them in. */
export interface TemplateEngine {
  /** Whether there is a template of this name. */
  has(name: string): boolean
  /**
   * The page. Values that come from outside must be escaped by the engine, but not in a plain text (a mail).
   * @param format @default 'html'
   * @throws whatever went wrong in the template; an answer is never begun before the page is whole
   */
  render(name: string, context: TemplateContext, format?: 'html' | 'text'): string | Promise<string>
  /**
   * What a template, with those that it extends and includes, asks of a name: `blog` and `blog.post` for `perms.blog.post` and
   * `'blog.post' in perms`, and `*` where it depends on values which template is included. Undefined where the name is nowhere
   * mentioned. `perms` and `user.groups` are found out before a template that mentions them is filled in; for an engine
   * without this method they are not there.
   */
  mentions?(name: string, word: string): readonly string[] | undefined
  /** Where templates are looked for, in this order; for messages. */
  readonly lookedIn: readonly string[]
}

/**
 * What a template sees under Django's names, besides what the view gave, which comes first. All of it is found out when
 * it is looked at: a template that asks for nobody makes a page that caches may keep. Only what the view gave is an
 * own property of the object.
 */
export interface TemplateContext {
  readonly request: AuthRequest
  readonly user: User | AnonymousUser
  /** What the visitor may do: `perms.blog.publish_post`, `'blog.publish_post' in perms`. Only where the engine says what templates mention. */
  readonly perms: Perms
  /** The visitor's messages; going through them uses them up. */
  readonly messages: MessageStorage
  /** For a form's `csrfmiddlewaretoken`. */
  readonly csrf_token: string
  /** Django's levels by name, to compare a message's with: `message.level == DEFAULT_MESSAGE_LEVELS.ERROR`. */
  readonly DEFAULT_MESSAGE_LEVELS: Readonly<Record<string, number>>
  readonly [name: string]: unknown
}
