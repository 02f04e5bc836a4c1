/** Sentences in the visitor's language. Mirrors `gettext` (django/utils/translation, 5.2) for one request. */
import { catalogOf } from '../kernel/languages.ts'
import { inLanguage, type Text } from '../kernel/text.ts'
import type { User } from '../users/user.ts'
import { authRequest, type RequestLike } from './request-like.ts'

/**
 * The sentence in the language of the request; in English where its catalog lacks it.
 * @example translate(request, sentence('This field is required.'))
 */
export function translate<U extends User = User>(request: RequestLike<U>, text: Text): string {
  const { context, language } = authRequest<U>(request, 'translate')
  return inLanguage(text, catalogOf(context.catalogs, language))
}
