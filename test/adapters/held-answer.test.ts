/** A changed session is stored before the first byte of an answer; when it was not, the answer is another one. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logout } from '../../src/auth/logout.ts'
import { Browser, type Reply } from '../support/browser.ts'
import { frameworks, type Handle } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { RawConnection } from '../support/raw-connection.ts'

/** A handler that changes the session and has an answer with everything in it that must not go out too early. */
const change: Handle = (req, res, request) => {
  if (req.url === '/ping') return res.end('pong')
  if (req.url === '/who') return res.end(String(request.user.username))
  request.session.set('cart', 3)
  res.statusCode = 201
  res.setHeader('Location', '/thanks')
  res.setHeader('Set-Cookie', 'of=handler')
  res.setHeader('Content-Type', 'text/fancy')
  res.setHeader('ETag', '"1"')
  return res.end('it is in the cart')
}

/** That nothing of the handler's answer is in a refusal. */
function assertNothingOfTheHandler(reply: Reply): void {
  for (const name of ['location', 'set-cookie', 'etag']) assert.equal(reply.headers[name], undefined, name)
  assert.match(String(reply.headers['content-type']), /^text\/html/)
  assert.doesNotMatch(reply.body, /cart/)
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  assert.equal(Number(reply.headers['content-length']), Buffer.byteLength(reply.body))
}

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: no byte of an answer is sent before the changed session is stored`, async (t) => {
    const { writes, base, browser: alice } = await heldSite(t, listen, change)
    const wire = await RawConnection.open(t, base)
    writes.hold()
    wire.ask('GET /buy', alice.cookies)
    await writes.reached
    // Other visitors are served meanwhile; a round trip later there is still nothing.
    assert.equal((await new Browser(base).get('/ping')).body, 'pong')
    assert.equal(wire.received, '')
    writes.release()
    const answer = await wire.until(/it is in the cart/)
    assert.match(answer, /^HTTP\/1\.1 201 Created\r\n/)
    for (const line of ['Location: /thanks', 'Set-Cookie: of=handler', 'ETag: "1"', 'Vary: Cookie'])
      assert.ok(answer.includes(`\r\n${line}\r\n`), line)
    assert.match(answer, /\r\nSet-Cookie: sessionid=[a-z0-9]{32};/)
    assert.deepEqual(writes.asked, ['update'])
  })

  test(`${name}: where the store fails, a 503 goes out with nothing of what the handler had prepared`, async (t) => {
    const { writes, browser: alice } = await heldSite(t, listen, change)
    writes.hold()
    const asked = alice.get('/buy')
    await writes.reached
    writes.fail()
    const reply = await asked
    assert.equal(reply.status, 503)
    assert.equal(reply.headers['retry-after'], '2')
    assertNothingOfTheHandler(reply)
    // The session is as it was, and the store works again.
    assert.equal((await alice.get('/who')).body, 'alice')
  })

  test(`${name}: where the session was ended meanwhile, a 400 goes out instead, and nothing comes back`, async (t) => {
    const { writes, auth, browser: alice } = await heldSite(t, listen, change)
    const key = auth.sessions.storedKey(alice.cookies.get('sessionid') ?? '')
    writes.hold()
    const asked = alice.get('/buy')
    await writes.reached
    assert.equal(await writes.inner.delete(key), true)
    writes.release()
    const reply = await asked
    assert.equal(reply.status, 400)
    assertNothingOfTheHandler(reply)
    assert.equal(await writes.inner.exists(key, auth.sessions.now()), false)
    assert.equal((await alice.get('/who')).body, '')
  })

  test(`${name}: after a refusal the next request on the same connection is answered`, async (t) => {
    const { writes, base, browser: alice } = await heldSite(t, listen, change)
    const wire = await RawConnection.open(t, base)
    writes.hold()
    wire.ask('GET /buy', alice.cookies)
    await writes.reached
    writes.fail()
    await wire.until(/^HTTP\/1\.1 503 [\s\S]*<\/html>/)
    wire.ask('GET /who', alice.cookies)
    assert.match(await wire.until(/alice/), /<\/html>\s*HTTP\/1\.1 200 OK\r\n/)
  })

  test(`${name}: a login is in the store before its cookie is on the wire`, async (t) => {
    const { writes, base } = await heldSite(t, listen, change)
    const visitor = new Browser(base)
    await visitor.get('/accounts/login/')
    const wire = await RawConnection.open(t, base)
    const form = new URLSearchParams({
      csrfmiddlewaretoken: visitor.cookies.get('csrftoken') ?? '',
      username: 'alice',
      password: 'wonder-Land-42',
    }).toString()
    writes.hold()
    wire.ask(
      `POST /accounts/login/\nContent-Type: application/x-www-form-urlencoded\nContent-Length: ${form.length}`,
      visitor.cookies,
    )
    wire.write(form)
    await writes.reached
    assert.equal((await visitor.get('/ping')).body, 'pong')
    assert.equal(wire.received, '')
    writes.release()
    assert.match(await wire.until(/\r\n\r\n/), /^HTTP\/1\.1 302 Found\r\n[\s\S]*Set-Cookie: sessionid=/)
  })

  test(`${name}: an answer waits for a logout that nobody awaited, and tells the truth about it`, async (t) => {
    const {
      writes,
      base,
      browser: alice,
    } = await heldSite(t, listen, (req, res, request) => {
      if (req.url === '/ping') return res.end('pong')
      if (req.url === '/who') return res.end(String(request.user.username))
      logout(request).catch(() => {})
      return res.end('bye')
    })
    writes.hold()
    const failing = alice.get('/leave')
    await writes.reached
    writes.fail()
    const refused = await failing
    assert.equal(refused.status, 503)
    assert.equal(refused.headers['set-cookie'], undefined)
    assert.equal((await alice.get('/who')).body, 'alice')

    const wire = await RawConnection.open(t, base)
    writes.hold()
    wire.ask('GET /leave', alice.cookies)
    await writes.reached
    assert.equal((await new Browser(base).get('/ping')).body, 'pong')
    assert.equal(wire.received, '')
    writes.release()
    assert.match(await wire.until(/bye/), /\r\nSet-Cookie: sessionid="";/)
    assert.equal((await alice.get('/who')).body, '')
  })

  test(`${name}: a session that changes while the arguments of res.end are being made is stored first`, async (t) => {
    const {
      writes,
      base,
      browser: alice,
    } = await heldSite(t, listen, (req, res, request) => {
      if (req.url === '/ping') return res.end('pong')
      const count = (): number => {
        request.session.set('count', 1)
        return 1
      }
      if (req.url === '/end') return res.end(`seen ${count()}`)
      return [res.write(`seen ${count()}`), res.end()]
    })
    for (const path of ['/end', '/write']) {
      const wire = await RawConnection.open(t, base)
      writes.hold()
      wire.ask(`GET ${path}`, alice.cookies)
      await writes.reached
      assert.equal((await new Browser(base).get('/ping')).body, 'pong')
      assert.equal(wire.received, '')
      writes.release()
      assert.match(await wire.until(/seen 1/), /^HTTP\/1\.1 200 OK\r\n[\s\S]*Set-Cookie: sessionid=/)
    }
  })

  test(`${name}: the renewal of a session that cannot be written does not cost the visitor the page`, async (t) => {
    const { writes, clock, browser: alice } = await heldSite(t, listen, change)
    clock.pass(3600)
    writes.hold()
    const asked = alice.get('/who')
    await writes.reached
    writes.fail()
    const reply = await asked
    assert.deepEqual([reply.status, reply.body, reply.headers['set-cookie']], [200, 'alice', undefined])
    assert.deepEqual(writes.asked, ['touch'])
    const renewed = await alice.get('/who')
    assert.match(renewed.setCookies.join('\n'), /^sessionid=[a-z0-9]{32}; .*Max-Age=1209600/)
  })

  test(`${name}: an error that is nobody's refusal is a 500 without a word of the answer, and somebody is told`, async (t) => {
    const told: unknown[] = []
    const { writes, browser: alice } = await heldSite(t, listen, change, { onError: (error) => told.push(error) })
    writes.hold()
    const asked = alice.get('/buy')
    await writes.reached
    const bug = new TypeError('a bug')
    writes.fail(bug)
    const reply = await asked
    assert.ok(reply.status >= 500, String(reply.status))
    for (const header of ['location', 'set-cookie', 'etag']) assert.equal(reply.headers[header], undefined)
    assert.doesNotMatch(reply.body, /cart|a bug/)
    assert.equal((await alice.get('/who')).body, 'alice')
    assert.equal(told.length, 1)
    assert.ok(told[0] === bug || (told[0] as Error).cause === bug)
  })
}
