/** Answers that are sent in pieces, while the session is being stored: nothing hangs, is lost or changes places. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { test } from 'node:test'
import type { Response } from 'express'
import { frameworks, type Handle } from '../support/frameworks.ts'
import { heldSite } from '../support/held-site.ts'
import { RawConnection } from '../support/raw-connection.ts'

const PIECE = 'x'.repeat(16 * 1024)
/** Far more than all buffers between here and the client hold: whoever waits for a lost `drain` waits for ever. */
const PIECES = 256

/** Sends `PIECES` pieces, and says how many are made already. */
function largeStream(): { stream: Readable; made: () => number } {
  let made = 0
  const stream = new Readable({
    read() {
      made += 1
      this.push(made > PIECES ? null : PIECE)
    },
  })
  return { stream, made: () => made }
}

/** A handler that changes the session and then answers with `send`. */
function changing(send: (res: ServerResponse) => unknown): Handle {
  return (_req, res, request) => {
    request.session.set('seen', true)
    return send(res)
  }
}

for (const [name, listen] of Object.entries(frameworks)) {
  test(`${name}: pieces written while the session is stored arrive whole and in their order`, async (t) => {
    const calls: string[] = []
    const handle = changing((res) => {
      assert.equal(
        res.write('one ', () => calls.push('one')),
        true,
      )
      assert.equal(res.headersSent, true)
      assert.equal(res.writableEnded, false)
      res.write(Buffer.from('two '), () => calls.push('two'))
      res.write('dGhyZWU=', 'base64', () => calls.push('three'))
      res.end(' four', 'utf8', () => calls.push('end'))
      assert.equal(res.writableEnded, true)
      assert.deepEqual(calls, [])
    })
    const { writes, browser } = await heldSite(t, listen, handle)
    writes.hold()
    const asked = browser.get('/')
    await writes.reached
    assert.deepEqual(calls, [])
    writes.release()
    const reply = await asked
    assert.deepEqual([reply.status, reply.body], [200, 'one two three four'])
    assert.equal(reply.headers['transfer-encoding'], 'chunked')
    assert.match(reply.setCookies.join(), /^sessionid=/)
    assert.deepEqual(calls, ['one', 'two', 'three', 'end'])
  })

  test(`${name}: the callbacks of writes that a refusal swallowed are called, so that nobody waits for ever`, async (t) => {
    const waited = Promise.withResolvers<void>()
    const handle = changing(async (res) => {
      await new Promise((resolve) => res.write('one', resolve))
      await new Promise<void>((resolve) => res.end('two', resolve))
      waited.resolve()
    })
    const { writes, browser } = await heldSite(t, listen, handle)
    writes.hold()
    const asked = browser.get('/')
    await writes.reached
    writes.fail()
    assert.equal((await asked).status, 503)
    await waited.promise
  })

  test(`${name}: a large pipe does not hang while held, and its memory stays bounded`, async (t) => {
    const { stream, made } = largeStream()
    const waits = once(stream, 'pause')
    const handle = changing((res) => stream.pipe(res))
    const { writes, browser } = await heldSite(t, listen, handle)
    writes.hold()
    const asked = browser.get('/')
    await writes.reached
    await waits
    assert.ok(made() < PIECES / 2, `${made()} of ${PIECES} pieces are in memory`)
    writes.release()
    assert.equal((await asked).body.length, PIECES * PIECE.length)
    assert.equal(made(), PIECES + 1)
  })

  test(`${name}: a client that stops reading makes the source wait, after a release as ever`, async (t) => {
    let made = 0
    const stream = new Readable({
      read() {
        made += 1
        this.push(PIECE)
      },
    })
    const paused = once(stream, 'pause')
    const handle = changing((res) => pipeline(stream, res).catch(() => {}))
    const { writes, base, browser } = await heldSite(t, listen, handle)
    const wire = await RawConnection.open(t, base)
    writes.hold()
    wire.ask('GET /', browser.cookies)
    await paused
    await writes.reached
    const flows = once(stream, 'resume')
    writes.release()
    await flows
    wire.pause()
    // The source is endless: it comes to rest only when it is told to.
    for (let turns = 0, before = made; turns < 100; turns += 1) {
      await new Promise(setImmediate)
      if (made !== before) turns = 0
      before = made
    }
    assert.equal(stream.isPaused(), true)
    wire.vanish()
  })

  test(`${name}: a large pipe whose bytes go nowhere comes to its end all the same`, async (t) => {
    const { stream } = largeStream()
    const waits = once(stream, 'pause')
    const handle = changing((res) => stream.pipe(res))
    const { writes, browser } = await heldSite(t, listen, handle)
    writes.hold()
    const asked = browser.send('/', { method: 'HEAD' })
    await writes.reached
    await waits
    writes.release()
    const reply = await asked
    assert.deepEqual([reply.status, reply.body], [200, ''])
    assert.match(reply.setCookies.join(), /^sessionid=/)
  })

  for (const outcome of ['release', 'fail'] as const) {
    test(`${name}: pipeline() comes to an end when the held answer is ${outcome === 'fail' ? 'refused' : 'released'}`, async (t) => {
      const finished = Promise.withResolvers<string>()
      const handle = changing(async (res) => {
        await pipeline(largeStream().stream, res).then(
          () => finished.resolve('whole'),
          (error: { code: string }) => finished.resolve(error.code),
        )
      })
      const { writes, browser } = await heldSite(t, listen, handle)
      writes.hold()
      const asked = browser.get('/')
      await writes.reached
      writes[outcome]()
      const reply = await asked
      assert.equal(reply.status, outcome === 'fail' ? 503 : 200)
      assert.equal(reply.body.startsWith('xxx'), outcome === 'release')
      assert.equal(await finished.promise, outcome === 'fail' ? 'ERR_STREAM_PREMATURE_CLOSE' : 'whole')
    })
  }

  test(`${name}: an endless source stops when its answer was refused`, async (t) => {
    const stopped = Promise.withResolvers<void>()
    const handle = changing((res) => {
      const stream = new Readable({
        read() {
          setImmediate(() => this.push('tick'))
        },
      })
      res.on('close', () => stream.destroy())
      stream.on('close', stopped.resolve)
      stream.pipe(res)
    })
    const { writes, browser } = await heldSite(t, listen, handle)
    writes.hold()
    const asked = browser.get('/')
    await writes.reached
    writes.fail()
    const reply = await asked
    assert.equal(reply.status, 503)
    assert.doesNotMatch(reply.body, /tick/)
    await stopped.promise
  })

  test(`${name}: a session that is written after the first byte says so instead of losing it`, async (t) => {
    const thrown: unknown[] = []
    const { browser, auth } = await heldSite(t, listen, async (req, res, request) => {
      if (req.url === '/unread') res.write('begun ')
      else res.write(`begun for ${request.user.username} `)
      try {
        request.session.set('late', true)
      } catch (error) {
        thrown.push((error as { code?: string }).code)
      }
      res.end()
    })
    await browser.get('/unread')
    await browser.get('/read')
    assert.deepEqual(thrown, ['ERR_SESSION_CLOSED', 'ERR_SESSION_CLOSED'])
    const key = auth.sessions.storedKey(browser.cookies.get('sessionid') ?? '')
    const stored = await auth.sessions.store.load(key, auth.sessions.now())
    assert.doesNotMatch(auth.sessions.payloads.decode(stored?.data ?? '')?.json ?? '', /late/)
  })

  test(`${name}: whoever reads the user again after the first byte is not disturbed`, async (t) => {
    const { clock, browser } = await heldSite(t, listen, (_req, res, request) => {
      void request.user
      res.write('begun for ')
      res.end(String(request.user.username))
    })
    clock.pass(3600)
    assert.equal((await browser.get('/')).body, 'begun for alice')
  })
}

test('Express: res.sendFile waits for the session, sends the whole file, and stays private', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'postern-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'large.txt')
  writeFileSync(file, PIECE.repeat(PIECES))
  const sent = Promise.withResolvers<unknown>()
  const handle = changing((res) => (res as Response).sendFile(file, (error) => sent.resolve(error)))
  const { writes, browser } = await heldSite(t, frameworks.Express, handle)
  writes.hold()
  const asked = browser.get('/')
  await writes.reached
  writes.release()
  const reply = await asked
  assert.deepEqual([reply.status, reply.body.length], [200, PIECE.length * PIECES])
  assert.equal(reply.headers['cache-control'], 'private, no-store')
  assert.match(reply.setCookies.join(), /^sessionid=/)
  assert.equal(await sent.promise, undefined)

  writes.hold()
  const again = browser.get('/', { range: 'bytes=0-2' })
  await writes.reached
  writes.fail()
  const refused = await again
  assert.equal(refused.status, 503)
  for (const header of ['content-range', 'etag', 'last-modified', 'accept-ranges'])
    assert.equal(refused.headers[header], undefined, header)
})
