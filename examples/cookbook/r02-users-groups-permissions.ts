/**
 * R02: users, groups and permissions are data. The promise: an account is made, joins a group and may do what the group may, at
 * its next request, and no more once it has left. Log in, open /publish/, join and leave the editors at /editors/.
 */
import { createPostern, html, loginRequired, page, path, permissionRequired, redirect, text, type View } from 'postern'
import { sqlite } from 'postern/sqlite'
import { serve } from './serve.ts'

const publish: View = (request) => text(`${request.user} may publish`)

const editors: View = loginRequired(async (request) => {
  const { user, csrfToken } = request
  if (request.method === 'POST') {
    const joining = (await request.form()).get('do') === 'join'
    await (joining ? auth.groups.add(user, 'editors') : auth.groups.remove(user, 'editors'))
    return redirect('editors')
  }
  const groups = await user.groups()
  const permissions = [...(await user.getAllPermissions())].sort()
  const publishers = await auth.permissions.withPerm('blog.publish_post')
  return page(html`<p>Your groups: ${groups.join(', ')}</p><p>You may: ${permissions.join(', ')}</p>
<p>May publish: ${publishers.join(', ')}</p>
<form method="post"><input type="hidden" name="csrfmiddlewaretoken" value="${csrfToken}">
<label>Join or leave: <input name="do" value="join"></label><button type="submit">Go</button></form>`)
})

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: sqlite(':memory:'),
  models: { 'blog.post': 'post' },
  permissions: [{ app: 'blog', codename: 'publish_post', name: 'Can publish posts' }],
  urls: [
    path('publish/', permissionRequired('blog.publish_post', publish, { raiseException: true })),
    path('editors/', editors, { name: 'editors' }),
  ],
})

await serve(auth, undefined, async () => {
  await auth.groups.create('editors', ['blog.publish_post', 'blog.change_post'])
})
