/** A file of the cookbook as its readers start it, in a process of its own, and visitors who use its pages. */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { TestContext } from 'node:test'
import { Browser, type Reply } from '../support/browser.ts'
import { tempFolder } from '../support/databases.ts'
import { root } from '../support/project-files.ts'
import { submit } from './submit.ts'

export const USERNAME = 'demo'
export const PASSWORD = 'a-Password-of-the-tests'
export const folder: string = join(root, 'examples/cookbook')

/** How `logout` is broken, for a test of the tests. */
export type BrokenLogout = 'does nothing' | 'leaves the session in the store'

/** How a file is started. */
export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly logout?: BrokenLogout | undefined
}

/** Somebody who has logged out, and somebody who had copied the cookie before. */
export interface LoggedOut {
  readonly reply: Reply
  readonly browser: Browser
  readonly thief: Browser
}

export class CookbookSite {
  readonly #base: string
  readonly #clock: string
  readonly #errors: Readable
  #said = ''
  #passed = 0

  constructor(base: string, clock: string, errors: Readable) {
    this.#base = base
    this.#clock = clock
    this.#errors = errors
    errors.setEncoding('utf8').on('data', (text: string) => {
      this.#said += text
    })
  }

  /** What the process wrote to its standard error, once it looks like this: the client is answered before anything is told. */
  async errors(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#said)) await once(this.#errors, 'data', { signal: AbortSignal.timeout(5000) })
    return this.#said
  }
  visitor(): Browser {
    return new Browser(this.#base)
  }
  /** A visitor who has filled in the form of the login page. */
  async loggedIn(loginUrl: string): Promise<Browser> {
    const browser = this.visitor()
    const reply = await submit(browser, loginUrl, { username: USERNAME, password: PASSWORD })
    assert.equal(reply.status, 302, `the login is answered with a redirect: ${reply.body}`)
    assert.ok(await this.isLoggedIn(browser), 'the visitor has logged in')
    return browser
  }
  /** Whether the front page knows the visitor. */
  async isLoggedIn(browser: Browser): Promise<boolean> {
    return (await browser.get('/')).body.includes(`Logged in as ${USERNAME}`)
  }
  /** Moves the clock of the site. */
  pass(seconds: number): void {
    this.#passed += seconds
    writeFileSync(this.#clock, String(this.#passed))
  }

  /**
   * Logs in, does something that is to log out, and holds that it did: the cookie is gone from the browser, a copy of it is
   * worth nothing on the server, and nothing on the way may be kept by a cache.
   */
  async logsOut(act: (browser: Browser) => Promise<Reply>, loginUrl = '/accounts/login/'): Promise<LoggedOut> {
    const browser = await this.loggedIn(loginUrl)
    const thief = browser.copy()
    const reply = await act(browser)
    assert.ok(
      reply.setCookies.some((line) => /^sessionid="";.*Max-Age=0/i.test(line)),
      `the session cookie is deleted: ${reply.setCookies}`,
    )
    assert.match(String(reply.headers['cache-control']), /no-store/)
    assert.match(String(reply.headers['cache-control']), /private/)
    assert.equal(await this.isLoggedIn(browser), false, 'the browser is not logged in any more')
    assert.equal(await this.isLoggedIn(thief), false, 'a copy of the cookie is worth nothing')
    return { reply, browser, thief }
  }
}

/** Starts a file of the cookbook; it ends with the test. @param file without its ending */
export async function runCookbook(
  t: Pick<TestContext, 'after'>,
  file: string,
  { env = {}, logout }: RunOptions = {},
): Promise<CookbookSite> {
  const clock = join(tempFolder(t), 'clock')
  writeFileSync(clock, '0')
  const preload = join(import.meta.dirname, 'fixtures/preload.ts')
  const child = spawn(process.execPath, ['--import', preload, join(folder, `${file}.ts`)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PORT: '0',
      DEMO_PASSWORD: PASSWORD,
      SECRET_KEY: 'a-secret-key-of-the-tests-0123456789-abcdefghijklmnop',
      COOKBOOK_CLOCK: clock,
      ...(logout === undefined ? {} : { COOKBOOK_LOGOUT: logout }),
      ...env,
    },
  })
  const ended = once(child, 'exit')
  t.after(async () => {
    child.kill()
    await ended
  })
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended.then(() => [])])
  assert.match(String(line), /^http:\/\/localhost:\d+$/, `${file} says its address first: ${line}`)
  return new CookbookSite(String(line), clock, child.stderr)
}
