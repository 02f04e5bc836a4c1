/**
 * R31: the views that are there already. The promise: without a view, a URL or a template of your own there are login and
 * logout at /accounts/login/ and /accounts/logout/, with ready-made pages.
 */
import { createPostern } from 'postern'
import { memory } from 'postern/memory'
import { serve } from './serve.ts'

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  siteName: 'The cookbook',
})

await serve(auth)
