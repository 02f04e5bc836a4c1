/** A Redis that is killed and comes back: 503 while it is away, nothing has to be started anew, and what was ended stays so. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { memory } from '../../src/memory.ts'
import { redisSessions } from '../../src/redis.ts'
import type { Browser } from '../support/browser.ts'
import { noRedisServer, OwnRedis } from '../support/own-redis.ts'
import { connectRedis, REDIS_CLIENTS } from '../support/redis.ts'
import { type Site, site } from '../support/site.ts'

const skip = noRedisServer()
/** Every change is on the disk before it is answered. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always']
const VISITORS = 10
const KILLS = 10

/** A site on this Redis, by an address or by a client of the application's own. */
async function siteOn(t: Parameters<typeof site>[0], redis: OwnRedis, client: string): Promise<Site> {
  const connection = client === 'address' ? undefined : connectRedis(client, redis.url)
  const sessions = redisSessions(connection?.client ?? redis.url)
  t.after(() => connection?.close() ?? sessions.close?.())
  return site(t, { database: memory(), sessions, storeTimeout: 0.5 })
}

/** Looks at `/me` again and again, until it is told to stop. */
class Load {
  readonly seen = new Map<string, number>()
  #running = true
  readonly #ended: Promise<unknown>

  constructor(browsers: readonly Browser[]) {
    this.#ended = Promise.all(browsers.map((browser) => this.#visit(browser)))
  }
  async #visit(browser: Browser): Promise<void> {
    const cookie = browser.cookies.get('sessionid')
    while (this.#running) {
      const { status, body, headers } = await browser.get('/me')
      const answer = status === 200 ? body : String(status)
      this.seen.set(answer, (this.seen.get(answer) ?? 0) + 1)
      if (status === 503) assert.match(String(headers['retry-after']), /^\d+$/)
      assert.equal(browser.cookies.get('sessionid'), cookie, 'the cookie stays')
      await wait(5)
    }
  }
  /** Waits until an answer has been seen some times more. */
  async until(answer: string, times: number): Promise<void> {
    const goal = (this.seen.get(answer) ?? 0) + times
    while ((this.seen.get(answer) ?? 0) < goal) await wait(5)
  }
  async stop(): Promise<void> {
    this.#running = false
    await this.#ended
  }
}

for (const client of ['address', ...REDIS_CLIENTS.keys()]) {
  test(`${client}: killed and started again under load, it is a 503 in between and nothing else`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const redis = await OwnRedis.start(t, DURABLE)
    const here = await siteOn(t, redis, client)
    const browsers = await Promise.all(Array.from({ length: VISITORS }, () => here.loggedIn()))
    const left = await here.loggedIn()
    const thief = left.copy()
    assert.equal((await left.logout()).status, 200)
    const load = new Load(browsers)
    await load.until('alice', 2 * VISITORS)
    for (let times = 0; times < 2; times++) {
      await redis.kill()
      await load.until('503', 2 * VISITORS)
      const refused = await browsers[0]?.copy().logout()
      assert.equal(refused?.status, 503, 'nobody is told that they are logged out')
      await redis.start()
      await load.until('alice', 2 * VISITORS)
    }
    await load.stop()
    assert.deepEqual([...load.seen.keys()].sort(), ['503', 'alice'])
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')
    assert.equal((await browsers[0]?.logout())?.status, 200)
  })
}

test(`of ${KILLS} kills at random times none undoes a logout that was acknowledged`, {
  skip,
  timeout: 120_000,
}, async (t) => {
  const redis = await OwnRedis.start(t, DURABLE)
  const here = await siteOn(t, redis, 'address')
  const kept = await here.loggedIn()
  let [acknowledged, refused] = [0, 0]
  for (let round = 0; round < KILLS; round++) {
    const browsers = await Promise.all(Array.from({ length: 30 }, () => here.loggedIn()))
    const thieves = browsers.map((browser) => browser.copy())
    const dead = wait(Math.random() * 40).then(() => redis.kill())
    const statuses: number[] = []
    for (const browser of browsers) statuses.push((await browser.logout()).status)
    await dead
    await redis.start()
    while ((await kept.get('/me')).status === 503) await wait(10)
    for (const [number, thief] of thieves.entries()) {
      const { body } = await thief.get('/me')
      if (statuses[number] === 200) {
        acknowledged += 1
        assert.equal(body, 'AnonymousUser', `round ${round}: logout ${number} is undone`)
      } else {
        refused += 1
        assert.equal(statuses[number], 503)
        assert.match(body, /^(?:alice|AnonymousUser)$/)
      }
    }
    assert.equal((await kept.get('/me')).body, 'alice', 'what nobody ended is there')
  }
  t.diagnostic(`${KILLS} kills: ${acknowledged} logouts acknowledged, ${refused} refused`)
  assert.ok(acknowledged > 0)
})
