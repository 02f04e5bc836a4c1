/** What is told on error pages in development, with the id that docs/checks.md explains, and what is not told elsewhere. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import express, { type RequestHandler } from 'express'
import { postern as onExpress } from '../../src/express.ts'
import { ConfigurationError, path, redirect, render, SessionClosed, text } from '../../src/index.ts'
import { memory } from '../../src/memory.ts'
import type { PosternOptions } from '../../src/options.ts'
import { createPostern } from '../../src/postern.ts'
import { sqlite } from '../../src/sqlite.ts'
import { fetchSite, ORIGIN } from '../fetch/fetch-site.ts'
import { Browser, type Reply } from '../support/browser.ts'
import { SECRET_KEY, testPostern } from '../support/postern.ts'
import { serve } from '../support/serve.ts'
import { site } from '../support/site.ts'

const SERVED = { development: false, allowedHosts: ['127.0.0.1'] }
const JSON_PLEASE = { accept: 'application/json' }

function has(reply: Reply, status: number, id: string): void {
  assert.equal(reply.status, status)
  assert.match(reply.body, new RegExp(`<code>${id}</code>, see docs/checks\\.md`), id)
}

for (const [what, headers, form, id] of [
  ['a page of another site', { origin: 'https://evil.example' }, {}, 'postern.E301'],
  ['no cookie', { cookie: 'x=y' }, {}, 'postern.E302'],
  ['no token', {}, { csrfmiddlewaretoken: '' }, 'postern.E303'],
  ['a token of another visitor', {}, { csrfmiddlewaretoken: 'a'.repeat(64) }, 'postern.E303'],
] as const) {
  test(`a form from ${what} is told as ${id}, in JSON outside development too`, async (t) => {
    const world = await site(t)
    const page = await world.visitor().post('/accounts/logout/', form, headers)
    has(page, 403, id)
    const served = (await site(t, SERVED)).visitor()
    served.cookies.set('csrftoken', 'b'.repeat(32))
    const quiet = await served.post('/accounts/logout/', form, headers)
    assert.equal(quiet.status, 403)
    assert.doesNotMatch(quiet.body, /postern\.E/)
    const program = await served.post('/accounts/logout/', form, { ...headers, ...JSON_PLEASE })
    assert.equal(JSON.parse(program.body).error.check, id)
  })
}

test('the cure of a missing token says where a script can read it, and where it cannot', async (t) => {
  const cure = async (csrf: PosternOptions['csrf']): Promise<string> => {
    const visitor = (await site(t, { csrf: csrf ?? {} })).visitor()
    await visitor.get('/csrf')
    const reply = await visitor.send('/accounts/logout/', { method: 'POST', headers: JSON_PLEASE })
    return JSON.parse(reply.body).error.cure
  }
  assert.match(await cure({}), /X-CSRFToken header \(the csrftoken cookie has it\)/)
  assert.match(await cure({ cookieName: 'token' }), /\(the token cookie has it\)/)
  for (const hidden of [{ cookieHttpOnly: true }, { useSessions: true }]) {
    assert.match(
      await cure(hidden),
      /\(request\.csrfToken, handed to the page: no script can read it from a cookie here\)/,
    )
  }
})

test('an unknown host', async (t) => {
  const visitor = (await site(t)).visitor()
  has(await visitor.get('/public', { host: 'evil.example' }), 400, 'postern.E406')
})

test('a store that does not answer', async (t) => {
  const database = memory()
  const world = await site(t, { database })
  const browser = await world.loggedIn()
  t.mock.method(database.sessions, 'load', () => Promise.reject(new Error('gone')))
  has(await browser.get('/me'), 503, 'postern.E701')
})

/** Views with mistakes, on node:http; what was reported. */
async function mistaken(t: TestContext, options: Partial<PosternOptions> = {}): Promise<[Browser, unknown[]]> {
  const world = await site(
    t,
    {
      urls: [
        path('name/', () => redirect('hoem')),
        path('template/', (request) => render(request, 'shop/<b>.html')),
        path('late/', () => {
          throw new SessionClosed()
        }),
        path('own/', () => {
          throw new Error('a secret of the application')
        }),
      ],
      ...options,
    },
    {
      '/handler': () => {
        throw new ConfigurationError('Write it otherwise.')
      },
    },
  )
  return [world.visitor(), world.errors]
}

for (const [address, id, message] of [
  ['/name/', 'postern.E210', /There is no URL named &#x27;hoem&#x27;\. Names: login, logout, /],
  ['/template/', 'postern.E211', /There is no template &#x27;shop\/&lt;b&gt;\.html&#x27;\. Built-in pages:/],
  ['/handler', 'postern.E702', /Write it otherwise\./],
  ['/late/', 'postern.E703', /after the answer had begun/],
] as const) {
  test(`${address}: a mistake that Postern finds is a page in development, and reported all the same`, async (t) => {
    const [visitor, errors] = await mistaken(t)
    const reply = await visitor.get(address)
    has(reply, 500, id)
    assert.match(reply.body, message)
    assert.equal(errors.length, 1)
    const [served, told] = await mistaken(t, SERVED)
    const quiet = await served.get(address)
    assert.deepEqual([quiet.status, quiet.body, told.length], [500, 'Internal Server Error', 1])
  })
}

test("the application's own errors are nobody's page", async (t) => {
  const [visitor, errors] = await mistaken(t)
  const reply = await visitor.get('/own/')
  assert.deepEqual([reply.status, reply.body], [500, 'Internal Server Error'])
  assert.equal(errors.length, 1)
})

test('a database without its tables is told with what to do', async (t) => {
  const database = sqlite(':memory:')
  t.after(() => database.close())
  const auth = createPostern({ secretKey: SECRET_KEY, database, development: true, loginRedirectUrl: '/' })
  const { postern } = await import('../../src/node.ts')
  const { handler } = postern(auth, { onError: () => {} })
  const visitor = new Browser(
    await serve(
      t,
      handler((_req, res, request) => res.end(String(request.user))),
    ),
  )
  visitor.cookies.set('sessionid', 'a'.repeat(32))
  const reply = await visitor.get('/')
  has(reply, 500, 'postern.E702')
  assert.match(reply.body, /no such table.*auth\.migrate\(\)/)
})

test('auth.handle says in development which addresses there are', async () => {
  const world = await fetchSite(undefined, { urls: [path('posts/<int:id>/', () => text(''))] })
  const reply = await world.handle(new Request(`${ORIGIN}/post/1?x=<script>`, { headers: { accept: 'text/html' } }))
  assert.equal(reply.status, 404)
  const body = await reply.text()
  assert.match(body, /No URL pattern answers \/post\/1\./)
  assert.match(body, /\/posts\/&lt;int:id&gt;\/ \/accounts\/login\/ \/accounts\/logout\//)
  assert.match(body, /postern\.E212/)
  const program = await world.handle(new Request(`${ORIGIN}/post/1`, { headers: JSON_PLEASE }))
  assert.deepEqual([program.status, JSON.parse(await program.text()).error.code], [404, 'not_found'])
  const head = await world.handle(new Request(`${ORIGIN}/post/1`, { method: 'HEAD' }))
  assert.deepEqual([head.status, await head.text()], [404, ''])
})

const CACHED = { 'Content-Type': 'text/plain', 'Cache-Control': 'max-age=60' }

/** What is told of cached pages by the end of some requests. */
async function toldOf(act: () => Promise<unknown>): Promise<string[]> {
  const told: string[] = []
  const { emitWarning } = process
  process.emitWarning = (message: string | Error) => void told.push(String(message))
  try {
    await act()
  } finally {
    process.emitWarning = emitWarning
  }
  return told
}

test('a page that shows who is logged in and may be kept is told of once: a view, a handler, Express and fetch', async (t) => {
  const view = path('view/', (request) => ({
    status: 200,
    headers: Object.entries(CACHED) as [string, string][],
    body: String(request.user),
  }))
  const world = await site(
    t,
    { urls: [view] },
    {
      '/kept': (_req, res, request) => res.writeHead(200, CACHED).end(String(request.user)),
      '/open': (_req, res) => res.writeHead(200, CACHED).end('for everybody'),
      '/nowhere': (_req, res, request) => res.writeHead(200, { 'Cache-Control': 'no-store' }).end(String(request.user)),
    },
  )
  const alice = await world.loggedIn()
  const told = await toldOf(async () => {
    for (const address of ['/view/', '/kept', '/kept', '/open', '/me', '/nowhere']) await alice.get(address)
    for (const address of ['/view/', '/kept']) await world.visitor().get(address)
  })
  assert.deepEqual(
    told.map((line) => line.split(' ').slice(0, 2)),
    [
      ['postern.W103:', '/view/'],
      ['postern.W103:', '/kept'],
    ],
  )
  assert.match(
    told[0] ?? '',
    /its own Cache-Control \(max-age=60\) lets browsers keep it: after a logout the Back button/,
  )

  const { auth } = await testPostern()
  const { middleware, withUser } = onExpress(auth)
  const app = express()
  app.use(middleware as RequestHandler)
  app.get(
    '/kept',
    withUser((req, res) => void res.set(CACHED).send(String(req.user))),
  )
  const onApp = new Browser(await serve(t, app))
  await onApp.login()
  assert.equal((await toldOf(() => onApp.get('/kept'))).length, 1)

  const fetched = await fetchSite(() => (request) => new Response(String(request.user), { headers: CACHED }))
  const browser = await fetched.loggedIn()
  assert.equal((await toldOf(() => browser.get('/kept'))).length, 1)
})

test('such a page is not looked at where the site is served', async (t) => {
  const world = await site(t, SERVED, {
    '/kept': (_req, res, request) => res.writeHead(200, CACHED).end(String(request.user)),
  })
  const alice = await world.loggedIn()
  assert.deepEqual(await toldOf(() => alice.get('/kept')), [])
})

test('addresses that somebody makes up fill neither the memory nor the terminal', async (t) => {
  const world = await site(t, {
    urls: [
      path('any/<path:any>', (request) => ({
        status: 200,
        headers: [['Cache-Control', 'max-age=60']],
        body: String(request.user),
      })),
    ],
  })
  const alice = await world.loggedIn()
  const told = await toldOf(async () => {
    for (let at = 0; at < 210; at++) await alice.get(`/any/made-up-${at}`)
    await alice.get(`/any/${'x'.repeat(5000)}`)
  })
  assert.equal(told.length, 200)
  const odd = await site(t, {
    urls: [
      path('any/<path:any>', (request) => ({
        status: 200,
        headers: [['Cache-Control', 'max-age=60']],
        body: String(request.user),
      })),
    ],
  })
  const [line] = await toldOf(async () => (await odd.loggedIn()).get(`/any/\u00e9${'x'.repeat(5000)}`))
  assert.match(line ?? '', /^postern\.W103: \/[\x20-\x7e]+$/)
  assert.ok((line ?? '').length < 600)
})
