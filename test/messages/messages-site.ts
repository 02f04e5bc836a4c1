/** A site whose pages add and show messages, as an application would. */
import { html, logout, messages, type PosternOptions, path, redirect, text, type View } from '../../src/index.ts'
import type { Browser } from '../support/browser.ts'
import { type Routes, type Site, site } from '../support/site.ts'

type Ends = { after(end: () => unknown): void }

/** The levels by the names that the query may have. */
const LEVELS = new Map(Object.entries(messages.DEFAULT_LEVELS))

const add: View = (request) => {
  const level = LEVELS.get(request.query.get('level') ?? 'INFO') ?? 0
  for (const message of request.query.getAll('text')) {
    messages.add(request, level, message, { extraTags: request.query.get('tags') ?? '' })
  }
  return redirect('/show')
}

const show: View = (request) =>
  text(JSON.stringify([...request.messages].map(({ tags, message }) => [tags, String(message)])))

/** The logout of the tutorials. */
const leave: View = async (request) => {
  messages.info(request, 'before')
  await logout(request)
  messages.success(request, 'You have successfully logged out.')
  return redirect('login')
}

const page: View = (request) =>
  text(
    html`<ul>${[...request.messages].map((one) => html`<li class="${one.tags}">${one.message}</li>`)}</ul>`.toString(),
  )

const urls: PosternOptions['urls'] = [
  path('add', add),
  path('show', show),
  path('page', page),
  path('leave', leave),
  path('html', (request) => {
    messages.success(request, html`<b>${'<i>'}</b>`)
    messages.success(request, '<b>plain</b>')
    return redirect('/page')
  }),
]

/** `/add?text=…&level=…&tags=…`, `/show` as JSON, `/page` as HTML, `/leave` logs out with a message, `/html`. */
export function messagesSite(t: Ends, options: Partial<PosternOptions> = {}, routes: Routes = {}): Promise<Site> {
  return site(t, { urls: urls ?? [], ...options }, routes)
}

/** What the page with messages shows now. */
export async function shown(browser: Browser): Promise<[tags: string, message: string][]> {
  const reply = await browser.get('/show')
  if (reply.status !== 200) throw new Error(`/show answered ${reply.status}: ${reply.body}`)
  return JSON.parse(reply.body) as [string, string][]
}

/** Adds a message as a link of the site would. */
export async function adds(browser: Browser, fields: Readonly<Record<string, string>>): Promise<void> {
  const reply = await browser.get(`/add?${new URLSearchParams(fields)}`)
  if (reply.status !== 302) throw new Error(`/add answered ${reply.status}: ${reply.body}`)
}
