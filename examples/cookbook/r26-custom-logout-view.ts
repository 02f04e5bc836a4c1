/**
 * R26: a logout view of one's own by inheritance. The promise: a subclass of `LogoutView` says what is different about it,
 * here where it leads, and the rest stays as it is.
 */
import { createPostern, LogoutView, path, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

class CustomLogoutView extends LogoutView {
  override nextPage = 'home'
}

const home: View = () => text('Welcome to the homepage!')

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  urls: [path('logout/', CustomLogoutView.asView(), { name: 'logout' }), path('home/', home, { name: 'home' })],
})

await serve(auth)
