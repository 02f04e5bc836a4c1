import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messages } from '../../src/index.ts'
import { values } from '../support/site.ts'
import { adds, messagesSite, shown } from './messages-site.ts'
import { noise } from './one-request.ts'

for (const storage of ['fallback', 'cookie', 'session'] as const) {
  const options = { messages: { storage } }

  test(`${storage}: a message survives the redirect and is shown once`, async (t) => {
    const browser = (await messagesSite(t, options)).visitor()
    await adds(browser, { text: 'Saved!', level: 'SUCCESS' })
    assert.deepEqual(await shown(browser), [['success', 'Saved!']])
    assert.deepEqual(await shown(browser), [])
  })

  test(`${storage}: a message waits through pages that show none`, async (t) => {
    const browser = await (await messagesSite(t, options)).loggedIn()
    await adds(browser, { text: 'later' })
    for (const page of ['/public', '/me', '/get', '/set?a=1']) {
      const reply = await browser.get(page)
      assert.equal(reply.status, 200)
      assert.doesNotMatch(reply.setCookies.join(), /messages=/)
    }
    assert.deepEqual(await shown(browser), [['info', 'later']])
  })

  test(`${storage}: messages of several requests are shown in their order`, async (t) => {
    const browser = (await messagesSite(t, options)).visitor()
    for (const message of ['one', 'two', 'three']) await adds(browser, { text: message })
    assert.deepEqual(
      (await shown(browser)).map(([, message]) => message),
      ['one', 'two', 'three'],
    )
  })

  test(`${storage}: characters that cookies and headers make much of come back as they were`, async (t) => {
    const browser = (await messagesSite(t, options)).visitor()
    const awkward = 'a;b,c"d\\e\r\nSet-Cookie: f=g é☃😀 %0a = ""'
    await adds(browser, { text: awkward, tags: 'x"y' })
    assert.deepEqual(await shown(browser), [['x"y info', awkward]])
  })

  test(`${storage}: two tabs of one browser: the first that looks shows it`, async (t) => {
    const browser = (await messagesSite(t, options)).visitor()
    await adds(browser, { text: 'for one of you' })
    const seen = await Promise.all([shown(browser), shown(browser)])
    assert.ok(seen.flat().length >= 1, 'lost to neither')
    assert.deepEqual(await shown(browser), [])
  })

  test(`${storage}: visitors who come and go in turns see their own messages and nobody else’s`, async (t) => {
    const site = await messagesSite(t, options)
    const visitors = [site.visitor(), site.visitor(), await site.loggedIn()]
    const rounds = Array.from({ length: 5 }, (_, round) => round)
    await Promise.all(
      visitors.map(async (browser, who) => {
        for (const round of rounds) await adds(browser, { text: `${who}.${round}` })
      }),
    )
    assert.deepEqual(await shown(site.visitor()), [], 'a stranger')
    const seen = await Promise.all(visitors.map(shown))
    assert.deepEqual(
      seen,
      visitors.map((_, who) => rounds.map((round) => ['info', `${who}.${round}`])),
    )
  })

  test(`${storage}: an answer that showed or added messages is kept by no cache`, async (t) => {
    const browser = (await messagesSite(t, options)).visitor()
    for (const page of ['/add?text=x', '/show', '/show']) {
      const { headers } = await browser.get(page)
      assert.match(headers['cache-control'] ?? '', /private.*no-store/)
      assert.match(headers.vary ?? '', /Cookie/)
    }
    assert.equal((await browser.get('/public')).headers.vary, undefined)
  })

  test(`${storage}: no cookie is an error page, whatever is in it`, async (t) => {
    const site = await messagesSite(t, options)
    const bad = [
      '',
      'x',
      ':::',
      '"',
      '"\\',
      '.:1:x',
      'é',
      '%00',
      'W10:1vgM1A:x',
      'a'.repeat(8000),
      '__messagesnotfinished__',
    ]
    for (const value of bad) {
      const cookie = Buffer.from(`messages=${value}`, 'utf8').toString('latin1')
      const looks = await site.visitor().get('/show', { cookie })
      assert.deepEqual([looks.status, looks.body], [200, '[]'], value.slice(0, 20))
      assert.equal((await site.visitor().get('/add?text=good', { cookie })).status, 302)
      const loggedIn = await site.loggedIn()
      loggedIn.cookies.set('messages', value.replace('é', 'e'))
      assert.equal((await loggedIn.logout()).status, 200)
    }
    assert.deepEqual(site.errors, [])
  })
}

test('the cookie is hardened and gone with the browser, and deleted when its messages were shown', async (t) => {
  const browser = (await messagesSite(t)).visitor()
  const added = await browser.get('/add?text=Saved')
  assert.equal(added.setCookies.length, 1, 'no session is begun')
  assert.match(added.setCookies[0] ?? '', /^messages=[\w.:-]+; HttpOnly; Path=\/; SameSite=Lax$/)
  const deleted = await browser.get('/show')
  assert.deepEqual(deleted.setCookies, [
    'messages=""; expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/; SameSite=Lax',
  ])
})

test('the cookie has the domain, SameSite and Secure of the session’s cookie, and a name of its own', async (t) => {
  const { visitor } = await messagesSite(t, {
    messages: { cookieName: 'notes' },
    session: { cookieDomain: '127.0.0.1', cookieSecure: true, cookieSameSite: 'Strict', cookiePath: '/app' },
  })
  const browser = visitor()
  const [added = ''] = (await browser.get('/add?text=Saved')).setCookies
  assert.match(added, /^notes=[\w.:-]+; Domain=127\.0\.0\.1; HttpOnly; Path=\/; SameSite=Strict; Secure$/)
  const [deleted = ''] = (await browser.get('/show')).setCookies
  assert.match(deleted, /^notes=""; Domain=127\.0\.0\.1; expires=.*; Max-Age=0; Path=\/; SameSite=Strict; Secure$/)
})

test('fallback: sixty messages come back in order from cookie and session, and leave neither behind', async (t) => {
  const site = await messagesSite(t)
  const browser = site.visitor()
  const all = Array.from({ length: 60 }, (_, i) => noise(i, 100))
  await browser.get(`/add?${new URLSearchParams(all.map((message): [string, string] => ['text', message]))}`)
  assert.ok((browser.cookies.get('messages')?.length ?? 0) <= 2048)
  const key = browser.cookies.get('sessionid')
  assert.ok(typeof (await values(site, key))?._messages === 'string', 'stored before the answer')
  assert.deepEqual(
    (await shown(browser)).map(([, message]) => message),
    all,
  )
  assert.equal(browser.cookies.has('messages'), false)
  assert.deepEqual(await values(site, key), {})
})

test('session: the messages are in the session in Django’s text, and no cookie but the session’s is set', async (t) => {
  const site = await messagesSite(t, { messages: { storage: 'session' } })
  const browser = site.visitor()
  await adds(browser, { text: 'Saved', tags: 'big' })
  assert.deepEqual([...browser.cookies.keys()], ['sessionid'])
  const stored = await values(site, browser.cookies.get('sessionid'))
  assert.deepEqual(stored, { _messages: '[["__json_message", 0, 20, "Saved", "big"]]' })
})

test('the threshold and the tags are the settings’', async (t) => {
  const tags = { 25: '', 40: 'danger' }
  const browser = (await messagesSite(t, { messages: { level: 25, tags } })).visitor()
  for (const level of Object.keys(messages.DEFAULT_LEVELS)) await adds(browser, { text: level, level, tags: 'x' })
  assert.deepEqual(await shown(browser), [
    ['x', 'SUCCESS'],
    ['x warning', 'WARNING'],
    ['x danger', 'ERROR'],
  ])
})

test('debug messages are dropped unless the threshold says otherwise', async (t) => {
  const usual = (await messagesSite(t)).visitor()
  await adds(usual, { text: 'x', level: 'DEBUG' })
  assert.deepEqual(await shown(usual), [])
  const all = (await messagesSite(t, { messages: { level: messages.DEBUG } })).visitor()
  await adds(all, { text: 'x', level: 'DEBUG' })
  assert.deepEqual(await shown(all), [['debug', 'x']])
})

test('on a page HTML stays HTML through the storage, and text is escaped', async (t) => {
  const browser = (await messagesSite(t)).visitor()
  await browser.get('/html')
  assert.equal(
    (await browser.get('/page')).body,
    '<ul><li class="success"><b>&lt;i&gt;</b></li><li class="success">&lt;b&gt;plain&lt;/b&gt;</li></ul>',
  )
})

test('cookie: in development a message that fits in no cookie is an error, outside it the page goes on', async (t) => {
  const query = `/add?text=${noise(1, 4000)}`
  const development = await messagesSite(t, { messages: { storage: 'cookie' } })
  assert.equal((await development.visitor().get(query)).status, 500)
  assert.match(String(development.errors[0]), /2048 bytes/)
  const settings = { development: false, allowedHosts: ['127.0.0.1'], messages: { storage: 'cookie' } } as const
  const production = await messagesSite(t, settings)
  const browser = production.visitor()
  assert.equal((await browser.get(query)).status, 302)
  assert.deepEqual(await shown(browser), [])
  assert.deepEqual(production.errors, [])
})

test('an error page keeps what waits in the cookie as Django does: added is kept, shown is gone', async (t) => {
  const { visitor } = await messagesSite(
    t,
    {},
    {
      '/broken': (_req, res, request) => {
        const seen = [...request.messages].map(String)
        messages.error(request, 'It broke.')
        res.statusCode = 500
        res.end(seen.join())
      },
    },
  )
  const browser = visitor()
  await adds(browser, { text: 'before' })
  assert.equal((await browser.get('/broken')).body, 'before')
  assert.deepEqual(await shown(browser), [['error', 'It broke.']])
})

test('session: an error page saves no session, as in Django, so that what waited still waits', async (t) => {
  const { visitor } = await messagesSite(
    t,
    { messages: { storage: 'session' } },
    {
      '/broken': (_req, res, request) => {
        const seen = [...request.messages].map(String)
        res.statusCode = 500
        res.end(seen.join())
      },
    },
  )
  const browser = visitor()
  await adds(browser, { text: 'before' })
  assert.equal((await browser.get('/broken')).body, 'before')
  assert.deepEqual(await shown(browser), [['info', 'before']])
})

test('a message after the first byte throws where the handler can see it', async (t) => {
  const thrown: unknown[] = []
  const attempt = (add: () => void): void => {
    try {
      add()
    } catch (error) {
      thrown.push((error as { code?: unknown }).code)
    }
  }
  const { visitor } = await messagesSite(
    t,
    {},
    {
      '/late': (_req, res, request) => {
        res.write('begun, ')
        attempt(() => messages.info(request, 'late'))
        res.end('ended')
      },
      '/later': (_req, res, request) => {
        assert.equal(request.messages.length, 0)
        res.end('ended')
        attempt(() => messages.info(request, 'late'))
      },
      '/quiet': (_req, res, request) => {
        assert.equal(request.user.isAuthenticated, false)
        res.end('ended')
        attempt(() => messages.info(request, 'late'))
      },
    },
  )
  const browser = visitor()
  for (const page of ['/late', '/later', '/quiet']) assert.equal((await browser.get(page)).status, 200)
  assert.deepEqual(thrown, ['ERR_SESSION_CLOSED', 'ERR_SESSION_CLOSED', 'ERR_SESSION_CLOSED'])
  assert.deepEqual(await shown(browser), [])
})
