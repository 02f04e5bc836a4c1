/** Who asks for the first time after the head has gone out is refused: the answer does not say that it is private. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuthRequest } from '../../src/auth/auth-request.ts'
import { messages, path } from '../../src/index.ts'
import { frameworks } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { testPostern } from '../support/postern.ts'

const READS: Readonly<Record<string, (request: AuthRequest) => unknown>> = {
  user: (request) => request.user.username,
  session: (request) => request.session.get('seen'),
  csrfToken: (request) => request.csrfToken,
  messages: (request) => [...request.messages],
  'a message': (request) => messages.info(request, 'late'),
}

/** What reading came to: what was read, or the code of the error. */
function tried(read: (request: AuthRequest) => unknown, request: AuthRequest): string {
  try {
    return `read ${read(request)}`
  } catch (error) {
    return String((error as { code?: string }).code)
  }
}

/** A body whose second half is made after the head has gone out. */
function late(make: () => string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let turn = 0
  return new ReadableStream(
    {
      async pull(controller) {
        await new Promise((resolve) => setImmediate(resolve))
        controller.enqueue(encoder.encode(turn === 0 ? 'head ' : make()))
        if (turn++ > 0) controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}

for (const [name, listen] of Object.entries(frameworks)) {
  for (const [what, read] of Object.entries(READS)) {
    test(`${name}: ${what}, asked for first after the head, throws`, async (t) => {
      const { browser } = await heldSite(t, listen, (_req, res, request) => {
        res.write('head ')
        return setImmediate(() => res.end([tried(read, request), tried(read, request)].join()))
      })
      const reply = await browser.get('/')
      assert.equal(reply.body, 'head ERR_SESSION_CLOSED,ERR_SESSION_CLOSED')
      assert.equal(reply.headers['cache-control'], undefined)
    })
  }

  test(`${name}: what was read before the head is read again after it`, async (t) => {
    const { browser } = await heldSite(t, listen, (_req, res, request) => {
      const before = `${request.user.username} ${request.session.get('seen')}`
      res.write(`${before} `)
      return setImmediate(() => res.end(`${request.user.username} ${request.session.get('seen')}`))
    })
    const reply = await browser.get('/')
    assert.equal(reply.body, 'alice undefined alice undefined')
    assert.equal(reply.headers['cache-control'], 'private, no-store')
  })

  test(`${name}: a log may ask whose answer it was once that is whole, and still can change nothing`, async (t) => {
    const logged: string[] = []
    const { browser } = await heldSite(
      t,
      listen,
      (_req, res, request) => {
        res.on('finish', () => {
          logged.push(tried(() => request.user.username, request))
          logged.push(tried(() => request.session.set('seen', 1), request))
        })
        return res.end('public')
      },
      {},
      { urls: [path('view/', () => ({ status: 200, headers: [], body: 'public' }))] },
    )
    assert.equal((await browser.get('/')).headers['cache-control'], undefined)
    assert.deepEqual(logged, ['read alice', 'ERR_SESSION_CLOSED'])
  })

  test(`${name}: the body of a view that streams asks too late`, async (t) => {
    const urls = [
      path('late/', (request: AuthRequest) => ({
        status: 200,
        headers: [],
        body: late(() => tried(({ user }) => user.username, request)),
      })),
      path('early/', ({ user }: AuthRequest) => ({ status: 200, headers: [], body: late(() => user.username) })),
    ]
    const { browser } = await heldSite(t, listen, (_req, res) => res.end(), {}, { urls })
    const reply = await browser.get('/late/')
    assert.equal(reply.body, 'head ERR_SESSION_CLOSED')
    assert.equal(reply.headers['cache-control'], undefined)
    const early = await browser.get('/early/')
    assert.deepEqual([early.body, early.headers['cache-control']], ['head alice', 'private, no-store'])
  })
}

for (const [what, read] of Object.entries(READS)) {
  test(`fetch: ${what}, asked for first by a body that streams, throws`, async () => {
    const { auth } = await testPostern()
    const response = await auth.handle(new Request('http://localhost/page'), {
      otherwise: (request) => new Response(late(() => tried(read, request))),
    })
    assert.equal(response.headers.get('cache-control'), null)
    assert.equal(await response.text(), 'head ERR_SESSION_CLOSED')
  })
}
