/** The protected pages: a dashboard, and everything that is known of who is logged in. */
import { html, loginRequired, neverCache, type View } from 'postern'
import { button, sitePage, time } from './pages.ts'

export const dashboard: View = neverCache(
  loginRequired((request) => {
    const { user, session } = request
    return sitePage(
      request,
      `Hello, ${user.getShortName() || user.username}`,
      html`<p class="lead">This page is yours alone. Nobody sees it without your session.</p>
<dl>
<dt>Username</dt><dd>${user.username}</dd>
<dt>E-mail</dt><dd>${user.email || 'none'}</dd>
<dt>Last login</dt><dd>${time(user.lastLogin)}</dd>
<dt>Session ends</dt><dd>${time(session.getExpiryDate())} if you do nothing</dd>
</dl>
<p class="hint">Now log out, up there, and press the Back button. Or leave by another door:</p>
<div class="actions">${button(request, '/leave/', 'Log out with a message', {}, 'quiet')}${button(request, '/goodbye/', 'Log out and say goodbye', {}, 'quiet')}</div>`,
    )
  }),
)

/** The tutorial's admin page: the attributes of the user who is logged in. */
export const adminPage: View = loginRequired(async (request) => {
  const { user } = request
  const groups = (await user.groups()).join(', ')
  return sitePage(
    request,
    `Logged in as ${user.username}`,
    html`<dl>
<dt>Username</dt><dd>${user.username}</dd>
<dt>Full name</dt><dd>${user.getFullName() || 'not given'}</dd>
<dt>E-mail</dt><dd>${user.email || 'none'}</dd>
<dt>Last login</dt><dd>${time(user.lastLogin)}</dd>
<dt>Account created</dt><dd>${time(user.dateJoined)}</dd>
<dt>Staff</dt><dd>${user.isStaff ? 'yes' : 'no'}</dd>
<dt>Superuser</dt><dd>${user.isSuperuser ? 'yes' : 'no'}</dd>
<dt>Groups</dt><dd>${groups || 'none'}</dd>
</dl>
<p class="actions"><a class="button" href="/accounts/password_change/">Change the password</a></p>`,
  )
})
