/**
 * R43: what a view may answer. The promise: `render(request, template, context)` makes a page in which everything from
 * outside is escaped (/page/?name=…), `text` plain text (/text/), `json` JSON (/json/).
 */
import { createPostern, json, path, render, text, type View } from 'postern'
import { memory } from 'postern/memory'
import { nunjucks } from 'postern/nunjucks'
import { serve } from './serve.ts'

const aPage: View = (request) => render(request, 'greeting.html', { name: request.query.get('name') ?? 'world' })
const aText: View = () => text('Hello, world')
const someJson: View = () => json({ message: 'Hello, world' })

const auth = createPostern({
  secretKey: process.env.SECRET_KEY,
  database: memory(),
  templates: nunjucks(new URL('templates', import.meta.url)),
  urls: [
    path('page/', aPage, { name: 'page' }),
    path('text/', aText, { name: 'text' }),
    path('json/', someJson, { name: 'json' }),
  ],
})

await serve(auth)
