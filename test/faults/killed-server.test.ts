/** A server that is killed the moment it has said "logged out": no session comes back, and those that were not ended stay. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Browser } from '../support/browser.ts'
import { start } from '../support/child-process.ts'
import { tempFolder } from '../support/databases.ts'
import { KILLS, timeFor } from '../support/kills.ts'

const TIMES = 2 * KILLS

/** Presses the button, and resolves with the first bytes of the answer. */
async function pressLogout(base: string, browser: Browser): Promise<string> {
  const body = new URLSearchParams({ csrfmiddlewaretoken: browser.cookies.get('csrftoken') ?? '' }).toString()
  const { host, hostname, port } = new URL(base)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(
    [
      'POST /accounts/logout/ HTTP/1.1',
      `Host: ${host}`,
      `Cookie: ${[...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')}`,
      'Content-Type: application/x-www-form-urlencoded',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  )
  const [bytes] = await once(socket, 'data')
  return String(bytes)
}

test(`of ${TIMES} servers killed with the first byte of a logout's answer none brings the session back`, {
  timeout: timeFor(12_000),
}, async (t) => {
  const path = join(tempFolder(t), 'db.sqlite3')
  const fixture = fileURLToPath(new URL('../races/fixtures/serve.ts', import.meta.url))
  const bob = new Browser('')
  const ended: Browser[] = []
  for (let round = 0; round <= TIMES; round++) {
    const server = await start(t, [process.execPath, fixture, path])
    const here = (browser: Browser): Browser => browser.copy(server.firstLine)
    for (const browser of ended) {
      assert.equal((await here(browser).get('/read')).body, 'Hello AnonymousUser, your cart was empty', `${round}`)
    }
    if (round === 0) {
      const first = here(bob)
      assert.equal((await first.login('bob', 'builder-Of-27')).status, 302)
      for (const [name, value] of first.cookies) bob.cookies.set(name, value)
    }
    assert.match((await here(bob).get('/read')).body, /^Hello bob/, 'a session that nobody ended is kept')
    if (round === TIMES) break
    const alice = here(new Browser(''))
    await alice.login()
    assert.match((await alice.get('/write')).body, /^Hello alice/)
    ended.push(alice.copy())
    const answer = await pressLogout(server.firstLine, alice)
    server.child.kill('SIGKILL')
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/)
    await server.stop()
    assert.equal(server.child.signalCode, 'SIGKILL')
  }
  assert.equal(ended.length, TIMES)
})
