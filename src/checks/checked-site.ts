/** What the checks of settings look at: the settings as they were given, and as they were worked out. */
import type { PosternOptions } from '../options.ts'
import type { CsrfSettings, SessionSettings } from '../settings.ts'
import type { SiteUrls } from '../site-urls.ts'
import type { User } from '../users/user.ts'

export interface CheckedSite<U extends User = User> {
  readonly options: PosternOptions<U>
  readonly development: boolean
  readonly session: SessionSettings
  readonly csrf: CsrfSettings
  readonly loginUrl: string
  readonly loginRedirectUrl: string
  readonly logoutRedirectUrl: string | null
  readonly urls: Pick<SiteUrls<U>, 'views' | 'match' | 'resolve'>
}
