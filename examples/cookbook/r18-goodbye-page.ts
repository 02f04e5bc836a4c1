/**
 * R18: a page of one's own after logging out. The promise: a logout view may render a template instead of redirecting, and
 * the visitor who sees it is logged out already. /logout/ thanks for the visit, /goodbye/ says less.
 */
import { createPostern, logout, path, render, type View } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const userLogout: View = async (request) => {
  await logout(request)
  return render(request, 'logged_out.html')
}

const goodbye: View = async (request) => {
  await logout(request)
  return render(request, 'goodbye.html')
}

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  urls: [path('logout/', userLogout, { name: 'logout' }), path('goodbye/', goodbye, { name: 'goodbye' })],
})

await serve(auth)
