/** A server of sessions that is killed, stopped and started again, under load: one suite for all that are servers. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import type { Browser } from '../support/browser.ts'
import { KILLS, timeFor } from '../support/kills.ts'
import type { OwnServer } from '../support/own-server.ts'
import type { Site } from '../support/site.ts'

type Hooks = { after(end: () => unknown): void }

/** What a suite is to be played with. */
export interface ServerFaults {
  readonly name: string
  /** Why it is not played, if it is not. */
  readonly skip: string | false
  /** A server that has what it has answered on its disk. */
  start(t: Hooks): Promise<OwnServer>
  /** A site on it. @param storeTimeout seconds */
  open(t: Hooks, server: OwnServer, storeTimeout: number): Promise<Site>
}

const VISITORS = 10

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

export function killedUnderLoad({ name, skip, start, open }: ServerFaults): void {
  test(`${name}: killed and started again under load, it is a 503 in between and nothing else`, {
    skip,
    timeout: 120_000,
  }, async (t) => {
    const server = await start(t)
    const here = await open(t, server, 1.5)
    const browsers = await Promise.all(Array.from({ length: VISITORS }, () => here.loggedIn()))
    const left = await here.loggedIn()
    const thief = left.copy()
    assert.equal((await left.logout()).status, 200)
    const load = new Load(browsers)
    await load.until('alice', 2 * VISITORS)
    for (let times = 0; times < 2; times++) {
      await server.kill()
      await load.until('503', 2 * VISITORS)
      const refused = await browsers[0]?.copy().logout()
      assert.equal(refused?.status, 503, 'nobody is told that they are logged out')
      await server.start()
      await load.until('alice', 2 * VISITORS)
    }
    await load.stop()
    assert.deepEqual([...load.seen.keys()].sort(), ['503', 'alice'])
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')
    assert.equal((await browsers[0]?.logout())?.status, 200)
  })
}

export function killedAtRandom({ name, skip, start, open }: ServerFaults): void {
  test(`${name}: of ${KILLS} kills at random times none undoes a logout that was acknowledged`, {
    skip,
    timeout: timeFor(12_000),
  }, async (t) => {
    const server = await start(t)
    const here = await open(t, server, 2)
    const kept = await here.loggedIn()
    let [acknowledged, refused] = [0, 0]
    for (let round = 0; round < KILLS; round++) {
      const browsers = await Promise.all(Array.from({ length: 30 }, () => here.loggedIn()))
      const thieves = browsers.map((browser) => browser.copy())
      const dead = wait(Math.random() * 60).then(() => server.kill())
      const statuses: number[] = []
      for (const browser of browsers) statuses.push((await browser.logout()).status)
      await dead
      await server.start()
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
    t.diagnostic(`${name}: ${KILLS} kills: ${acknowledged} logouts acknowledged, ${refused} refused`)
    assert.ok(acknowledged > 0)
  })
}

export function stopped({ name, skip, start, open }: ServerFaults): void {
  test(`${name}: stopped, it is a 503 at the deadline; when it goes on everybody is who they were`, {
    skip,
    timeout: 60_000,
  }, async (t) => {
    const server = await start(t)
    // Long enough for the disk of a busy machine, before it is stopped.
    const here = await open(t, server, 1)
    const browser = await here.loggedIn()
    const leaving = await here.loggedIn()
    const thief = leaving.copy()
    server.pause()
    const began = performance.now()
    const replies = await Promise.all([
      browser.get('/me'),
      browser.get('/set?cart=1'),
      leaving.logout(),
      here.visitor().login(),
    ])
    const took = performance.now() - began
    for (const { status, setCookies, body } of replies) {
      assert.equal(status, 503)
      assert.deepEqual(
        setCookies.filter((line) => line.startsWith('sessionid=')),
        [],
      )
      assert.doesNotMatch(body, /logged out/i)
    }
    assert.ok(took < 10_000, `${took} ms`)
    assert.equal((await browser.get('/public')).body, 'public')
    server.goOn()
    while ((await browser.get('/me')).status === 503) await wait(10)
    assert.equal((await browser.get('/me')).body, 'alice')
    assert.equal((await leaving.logout()).status, 200)
    assert.equal((await thief.get('/me')).body, 'AnonymousUser')
  })
}
