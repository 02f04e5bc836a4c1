/**
 * R37: who is logged in, on a page. The promise: a template has `user` without being given it, with the name, the e-mail
 * address, the last login, the day of joining, whether it is staff or a superuser, and its groups. Log in and open /cadmin/.
 */
import { createPostern, loginRequired, path, render } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const adminPage = loginRequired((request) => render(request, 'cadmin/admin_page.html'))

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  loginRedirectUrl: 'home',
  urls: [path('cadmin/', adminPage, { name: 'home' })],
})

await serve(auth, undefined, async (demo) => {
  for (const group of ['editors', 'authors']) await auth.groups.create(group)
  await auth.groups.add(demo, 'editors', 'authors')
})
