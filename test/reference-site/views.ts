/** The pages of the reference site, on Postern's public API alone. */
import {
  type Answer,
  type AuthRequest,
  csrfExempt,
  ensureCsrfCookie,
  html,
  json,
  type LoginRequiredOptions,
  LoginRequiredView,
  loginRequired,
  logout,
  messages,
  neverCache,
  PermissionRequiredView,
  page,
  permissionRequired,
  redirect,
  requirePost,
  text,
  userPassesTest,
  type View,
} from '../../src/index.ts'

/** The frame of the site's pages: who is there, what there is to say, and the way out. */
function sitePage(request: AuthRequest, title: string): Answer {
  const { user } = request
  return page(html`<!doctype html><title>${title}</title><h1>${title}</h1>
<p>user: ${user.isAuthenticated ? user.getUsername() : '(anonymous)'}</p>
<ul>${[...messages.getMessages(request)].map((message) => html`<li class="${message.tags}">${message.message}</li>`)}</ul>
<form method="post" action="/accounts/logout/"><input type="hidden" name="csrfmiddlewaretoken" value="${request.csrfToken}"><button>Log out</button></form>`)
}

export const home: View = (request) => sitePage(request, 'home')
/** Touches neither the session nor the user nor the token. */
export const publicPage: View = () => page('public page')
export const dashboard: View = loginRequired(neverCache((request) => sitePage(request, 'dashboard')))

export const whoami: View = ({ user, session, context }) =>
  json({
    authenticated: user.isAuthenticated,
    username: user.getUsername(),
    // One in a cookie is as long as what is in it, and says nothing.
    session_key: context.sessions.store.cookies === undefined ? session.sessionKey : null,
    // Postern's own bookkeeping is nothing that Django has.
    keys: session
      .keys()
      .filter((key) => !key.startsWith('_postern_'))
      .sort(),
  })

export const sessionSet: View = async (request) => {
  for (const [name, value] of await request.form()) if (name !== 'csrfmiddlewaretoken') request.session.set(name, value)
  return json({ ok: true })
}
export const sessionGet: View = ({ session, query }) => json({ value: session.get(query.get('key') ?? '') ?? null })
export const sessionDel: View = async (request) => {
  request.session.pop((await request.form()).get('key') ?? '')
  return json({ ok: true })
}
export const sessionFlush: View = async ({ session }) => {
  await session.flush()
  return json({ ok: true })
}
export const sessionCycle: View = ({ session }) => {
  session.cycleKey()
  return json({ ok: true })
}
export const sessionExpiry: View = async (request) => {
  const { session } = request
  const value = (await request.form()).get('value') ?? 'none'
  if (value === 'none') session.setExpiry(null)
  // Python's clock has microseconds: of 90 seconds from now on less than 90 are left, always.
  else if (value.startsWith('td:')) session.setExpiry(new Date(Date.now() + Number(value.slice(3)) * 1000 - 1))
  else session.setExpiry(Number(value))
  return json({ age: session.getExpiryAge(), browser_close: session.getExpireAtBrowserClose() })
}
/** Loads the session, waits, then writes: the losing half of a race. */
export const sessionSlowSet: View = async ({ session, query }) => {
  session.get('x')
  await pause(query.get('ms'))
  session.set('slow', query.get('value') ?? '1')
  return json({ ok: true })
}
/** Loads the session and the user, waits, writes nothing. */
export const sessionSlowGet: View = async ({ user, query }) => {
  const username = user.getUsername()
  await pause(query.get('ms'))
  return json({ username })
}
export const sessionBoom: View = ({ session, query }) => {
  session.set('boom', '1')
  return text('boom', Number(query.get('status') ?? 500))
}

const permitted = (): Answer => page('permitted')
export const permRedirect: View = permissionRequired('auth.add_user', permitted)
export const permRaise: View = permissionRequired('auth.add_user', permitted, { raiseException: true })
export const permLoginThenRaise: View = loginRequired(permRaise)

export const onlyBob: View = userPassesTest(
  (user) => user.username === 'bob',
  () => page('hello bob'),
)
export function privatePage(options: LoginRequiredOptions): View {
  return loginRequired(() => page('private'), options)
}
export class CbvPrivate extends LoginRequiredView {
  get(): Answer {
    return page('cbv private')
  }
}

export class CbvPerm extends PermissionRequiredView {
  override permissionRequired: readonly string[] = ['auth.add_user']

  get(): Answer {
    return page('cbv permitted')
  }
}

export const messageAdd: View = async (request) => {
  const form = await request.form()
  const level = { DEBUG: 10, INFO: 20, SUCCESS: 25, WARNING: 30, ERROR: 40 }[form.get('level') ?? 'INFO'] ?? 20
  for (let left = Number(form.get('times') ?? 1); left > 0; left--) {
    messages.add(request, level, form.get('text') ?? '', { extraTags: form.get('tags') ?? '' })
  }
  return redirect(form.get('to') || '/public/')
}
export const messageJson: View = (request) =>
  json({
    messages: [...messages.getMessages(request)].map(({ level, message, tags }) => ({
      level,
      text: String(message),
      tags,
    })),
  })

/** The view that most tutorials show; it obeys GET. */
export const tutorialLogout: View = async (request) => {
  await logout(request)
  messages.info(request, 'You have been logged out.')
  return redirect('/')
}
export const apiLogout: View = requirePost(async (request) => {
  const was = request.user.isAuthenticated
  await logout(request)
  return json({ ok: true, was_authenticated: was })
})
export const apiCsrf: View = ensureCsrfCookie((request) => json({ csrfToken: request.csrfToken }))
export const exemptPost: View = csrfExempt((request) => json({ ok: true, method: request.method }))

export const logoutAll: View = loginRequired(requirePost((request) => endSessions(request, 'everywhere')))
export const logoutOthers: View = loginRequired(requirePost((request) => endSessions(request, 'others')))

/** Tells how many were on the user's list, as many as Django's loop finds: none where they are in cookies. */
async function endSessions(request: AuthRequest, scope: 'others' | 'everywhere'): Promise<Answer> {
  const { user, session, context } = request
  const { store, storedKey, now } = context.sessions
  const listed = await store.listForUser(String(user.id), now(), storedKey(session.sessionKey ?? ''))
  const removed = listed.filter(({ current }) => scope === 'everywhere' || !current).length
  await logout(request, { scope })
  return json({ ok: true, looked_at: removed, removed })
}

function pause(milliseconds: string | undefined): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(Number(milliseconds ?? 300), 3000)))
}
