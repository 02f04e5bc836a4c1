/**
 * R09: the built-in `LogoutView`. The promise: it needs no view of your own, and `nextPage` says where to go after it.
 */
import { createPostern, LogoutView, path } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const urls = [path('logout/', LogoutView.asView({ nextPage: 'login' }), { name: 'logout' })]

const auth = createPostern({ secretKey: process.env.SECRET_KEY, database: memory(), urls })

await serve(auth)
