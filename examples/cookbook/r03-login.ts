/**
 * R03: logging in. The promise: `login(request, user)` writes the user's id, the backend that vouched and the session hash
 * into the session, and gives the session a new key. /session/ shows what is in it, before and after /signin/.
 */
import { authenticate, createPostern, json, login, path, redirect, render, type View } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const signIn: View = async (request) => {
  if (request.method === 'POST') {
    const form = await request.form()
    const user = await authenticate(request, { username: form.get('username'), password: form.get('password') })
    if (user !== null) {
      await login(request, user)
      return redirect('session')
    }
  }
  return render(request, 'blog/login.html')
}

const showSession: View = ({ session }) => {
  session.set('visits', session.get('visits', 0) + 1)
  return json(Object.fromEntries(session.entries()))
}

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  urls: [path('signin/', signIn, { name: 'signin' }), path('session/', showSession, { name: 'session' })],
})

await serve(auth)
