/** A view that shows a page and nothing else. Mirrors `TemplateView` (django/views/generic/base.py, 5.2). */
import { translate } from '../auth/translate.ts'
import type { ViewAnswer } from '../auth/view.ts'
import type { Text } from '../kernel/text.ts'
import type { User } from '../users/user.ts'
import { ClassView } from './class-view.ts'
import type { TemplateValues } from './render.ts'

/** What a view takes that shows one page. */
export interface TemplateViewOptions {
  readonly templateName?: string
  /** The page's `title`, in the visitor's language where it is a `Text`. */
  readonly title?: Text | string
  /** More for the page; it goes before what the view itself gives. */
  readonly extraContext?: TemplateValues | null
}

export abstract class TemplateView<U extends User = User> extends ClassView<U> {
  /** The page's `title`, in the visitor's language where it is a sentence. */
  title: Text | string | null = null

  async get(): Promise<ViewAnswer> {
    return this.render(await this.getContextData())
  }

  override getContextData(given: TemplateValues = {}): Promise<TemplateValues> {
    return super.getContextData({ ...titleContext(this), ...given })
  }
}

/** The `title` of a view for its template. Mirrors `PasswordContextMixin` (django/contrib/auth/views.py, 5.2). */
export function titleContext<U extends User>({
  request,
  title,
}: ClassView<U> & { readonly title: Text | string | null }): TemplateValues {
  if (title === null) return {}
  return { title: typeof title === 'string' ? title : translate(request, title), subtitle: null }
}
