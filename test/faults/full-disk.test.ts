/** A disk with no room left: SQLite cannot even delete, files can. Nobody is told that he is logged out until it is so. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { Browser } from '../support/browser.ts'
import { type ReadyProcess, start } from '../support/child-process.ts'
import { tempFolder } from '../support/databases.ts'

/** A disk of 2 MB that only the process and its children see, and that goes with them. */
const MOUNT = 'mount -t tmpfs -o size=2m tmpfs "$1" && shift && exec "$@"'
const SMALL_DISK = ['--map-root-user', '--mount', 'sh', '-c', MOUNT, 'sh'] as const

const permitted = spawnSync('unshare', [...SMALL_DISK, '/mnt', 'true'], { stdio: 'ignore' }).status === 0
const skip = permitted ? false : 'a small disk cannot be mounted here'

/** A site on a small disk, and how it is told to fill it. */
async function serveOnSmallDisk(
  t: TestContext,
  ...kind: string[]
): Promise<{ server: ReadyProcess; tell: (line: 'fill' | 'free') => Promise<void> }> {
  const folder = tempFolder(t)
  const fixture = fileURLToPath(new URL('fixtures/serve-on-small-disk.ts', import.meta.url))
  const server = await start(t, ['unshare', ...SMALL_DISK, folder, process.execPath, fixture, folder, ...kind])
  const tell = async (line: string): Promise<void> => {
    const done = once(server.lines, 'line')
    server.child.stdin.write(`${line}\n`)
    await done
  }
  return { server, tell }
}

test('on a full disk a logout is 503, pages go on, and once there is room the next press works', {
  skip,
}, async (t) => {
  const { server, tell } = await serveOnSmallDisk(t)
  const browser = new Browser(server.firstLine)
  const newcomer = new Browser(server.firstLine)
  await browser.login()
  await browser.get('/write')
  await newcomer.get('/accounts/login/')
  const thief = browser.copy()

  await tell('fill')
  for (let presses = 0; presses < 3; presses++) {
    const refused = await browser.logout()
    assert.equal(refused.status, 503)
    assert.match(String(refused.headers['retry-after']), /^\d+$/)
    assert.doesNotMatch(refused.body, /logged out/i)
    assert.deepEqual(refused.setCookies, [])
    assert.equal((await browser.get('/read')).body, 'Hello alice, your cart was late', 'still in, as the answer said')
  }
  assert.equal((await newcomer.login()).status, 503)
  assert.equal(newcomer.cookies.has('sessionid'), false)
  assert.equal((await newcomer.get('/public')).body, 'for everybody')

  await tell('free')
  assert.match((await browser.logout()).body, /You are logged out/)
  assert.equal((await thief.get('/read')).body, 'Hello AnonymousUser, your cart was empty')
  assert.equal((await newcomer.login()).status, 302)
  assert.equal(await server.stop(), 0)
})

test('with sessions in files a full disk takes no logins and no changes, and a logout needs no room', {
  skip,
}, async (t) => {
  const { server, tell } = await serveOnSmallDisk(t, 'files')
  const [browser, other, newcomer] = [1, 2, 3].map(() => new Browser(server.firstLine)) as [Browser, Browser, Browser]
  for (const visitor of [browser, other]) {
    await visitor.login()
    await visitor.get('/write')
  }
  await newcomer.get('/accounts/login/')
  const thief = browser.copy()

  await tell('fill')
  assert.equal((await browser.get('/write')).status, 503)
  assert.equal((await browser.get('/read')).body, 'Hello alice, your cart was late', 'what was there is there')
  assert.equal((await newcomer.login()).status, 503)
  assert.equal(newcomer.cookies.has('sessionid'), false)
  assert.match((await browser.logout()).body, /You are logged out/)
  assert.equal((await thief.get('/read')).body, 'Hello AnonymousUser, your cart was empty')
  assert.equal((await newcomer.get('/public')).body, 'for everybody')

  await tell('free')
  assert.equal((await newcomer.login()).status, 302)
  assert.equal((await other.get('/write')).body, 'Hello alice, your cart was late')
  assert.equal((await thief.get('/read')).body, 'Hello AnonymousUser, your cart was empty')
  assert.match((await other.logout()).body, /You are logged out/)
  assert.equal(await server.stop(), 0)
})
