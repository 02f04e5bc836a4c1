/** In a real Chromium, without a line of JavaScript: in, out, and no way back in. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { chromium } from '../support/requirements.ts'
import { PRIVATE, SITES } from './sites.ts'
import { browserFor, guest, type Visitor, visitor } from './visitor.ts'

const found = chromium()
const skip = found.skip ?? false

/**
 * Presses a button of the browser.
 * @returns how the next page came to be shown: by a navigation, or restored from the back/forward cache
 */
async function press(page: Page, button: 'goBack' | 'goForward'): Promise<string> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('Page.enable')
  const shown = new Promise<string>((resolve) => {
    devTools.once('Page.frameNavigated', ({ type, frame }) => resolve(`${type} ${new URL(frame.url).pathname}`))
  })
  // Chromium's own page instead of the site's is an error to Playwright.
  const pressed = page[button]({ waitUntil: 'commit' }).catch(() => null)
  const how = await shown
  await pressed
  await devTools.detach()
  return how
}

/** Looks at all of the page, hidden or not. */
async function assertNothingPrivate(visitor: Visitor, page: Page = visitor.page): Promise<void> {
  const shown = await page.content()
  assert.doesNotMatch(shown, new RegExp(`${PRIVATE}|Hello|${visitor.site.username}`), page.url())
}

type Visit = (visitor: Visitor) => Promise<void>

/** What must hold on each site: with a profile on the disk, as people have it, and where that makes no difference without. */
const ON_DISK = new Map<string, Visit>()
const VISITS = new Map<string, Visit>()

ON_DISK.set('the Back and Forward buttons show nothing private after signing out', async (visitor) => {
  const { page } = visitor
  await visitor.open(visitor.site.stylesheet)
  await visitor.open('/')
  const restored = await press(page, 'goBack')
  assert.equal(restored, `BackForwardCacheRestore ${visitor.site.stylesheet}`, 'this browser has such a cache')

  await visitor.signIn()
  assert.match(await visitor.text(), new RegExp(PRIVATE))
  await visitor.signOut()
  await assertNothingPrivate(visitor)
  const asked: string[] = []
  page.on('response', (response) => asked.push(`${response.status()} ${new URL(response.url()).pathname}`))
  assert.equal(await press(page, 'goBack'), 'Navigation /accounts/login/')
  await assertNothingPrivate(visitor)
  assert.deepEqual(asked.slice(0, 2), ['302 /dashboard/', '200 /accounts/login/'], 'the server was asked, and refused')
  await press(page, 'goBack')
  await assertNothingPrivate(visitor)
  await press(page, 'goForward')
  await assertNothingPrivate(visitor)
  // The page of the logout was the answer to a POST, and Chromium asks before it would send that again.
  assert.equal(await press(page, 'goForward'), 'Navigation /')
  await assertNothingPrivate(visitor)
})

ON_DISK.set('the Back button shows nothing private, however the page before was reached', async (visitor) => {
  const { page } = visitor
  const ways: Record<string, () => Promise<unknown>> = {
    'by the login': async () => {},
    'by a link': async () => {
      await visitor.open('/')
      await page.click('a[href="/dashboard/"]')
      await page.waitForURL(`${visitor.site.base}/dashboard/`)
    },
    'by loading it again': () => page.reload(),
    'by the Back button': async () => {
      await visitor.open('/')
      await press(page, 'goBack')
    },
  }
  for (const [way, reach] of Object.entries(ways)) {
    await visitor.signIn()
    await reach()
    assert.match(await visitor.text(), new RegExp(PRIVATE), way)
    await visitor.signOut()
    assert.equal(await press(page, 'goBack'), 'Navigation /accounts/login/', way)
    await assertNothingPrivate(visitor)
  }
})

VISITS.set('another tab, whatever it shows, lands on the login page with its next click', async (visitor) => {
  await visitor.signIn()
  const other = await visitor.context.newPage()
  await visitor.open('/', other)
  const behind = await visitor.context.newPage()
  await visitor.open('/dashboard/', behind)
  await visitor.open('/', behind)
  await visitor.signOut()
  await other.click('a[href="/dashboard/"]')
  await other.waitForURL(`${visitor.site.base}/accounts/login/?next=/dashboard/`)
  assert.equal(await press(behind, 'goBack'), 'Navigation /accounts/login/')
  await assertNothingPrivate(visitor, behind)
})

VISITS.set('the button in a tab that is signed out already still says "logged out"', async (visitor) => {
  await visitor.signIn()
  const other = await visitor.context.newPage()
  await visitor.open('/dashboard/', other)
  await visitor.signOut()
  await visitor.signOut(other)
})

VISITS.set('a wrong password keeps the name and forgets the password', async (visitor) => {
  const { page, site } = visitor
  await visitor.open('/accounts/login/')
  await page.fill('input[name=username]', site.username)
  await page.fill('input[name=password]', 'not the password')
  await page.keyboard.press('Enter')
  await page.waitForSelector('[role=alert]')
  assert.match(await page.innerText('[role=alert]'), /correct username and password/)
  assert.equal(await page.inputValue('input[name=username]'), site.username)
  assert.equal(await page.inputValue('input[name=password]'), '')
  assert.doesNotMatch(await page.content(), /not the password/)
  await page.fill('input[name=password]', site.password)
  await page.keyboard.press('Enter')
  await page.waitForURL(`${site.base}/dashboard/`)
  assert.match(await visitor.text(), new RegExp(PRIVATE))
})

VISITS.set('the keyboard alone signs in and out', async (visitor) => {
  const { page, site } = visitor
  await visitor.open('/dashboard/')
  assert.equal(await page.getAttribute(':focus', 'name'), 'username', 'the first field has the focus')
  await page.keyboard.type(site.username)
  await page.keyboard.press('Tab')
  await page.keyboard.type(site.password)
  await page.keyboard.press('Tab')
  assert.equal(await page.innerText(':focus'), 'Log in')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${site.base}/dashboard/`)
  let focused = ''
  for (let presses = 0; presses < 10 && focused !== 'Log out'; presses++) {
    await page.keyboard.press('Tab')
    focused = await page.evaluate<string>('document.activeElement.innerText')
  }
  assert.equal(focused, 'Log out')
  await page.keyboard.press('Enter')
  await page.waitForURL(`${site.base}/accounts/logout/`)
  assert.match(await visitor.text(), /You are logged out/)
})

ON_DISK.set('no protected page is left in the cache on the disk', async (visitor) => {
  await visitor.signIn()
  await visitor.open('/')
  await visitor.open('/dashboard/')
  await visitor.signOut()
  await visitor.context.close()
  const kept = cachedBytes(join(visitor.profile, 'Default', 'Cache'))
  assert.ok(kept.includes(`${visitor.site.base}${visitor.site.stylesheet}`), 'what may be kept was kept')
  assert.equal(kept.includes(`${visitor.site.base}/dashboard/`), false)
  assert.equal(kept.includes(`${visitor.site.base}/accounts/`), false)
  assert.equal(kept.includes(PRIVATE), false)
})

for (const [name, openSite] of SITES) {
  test(`in Chromium, on ${name}`, { skip }, async (t) => {
    if (found.skip !== undefined) return
    const site = await openSite(t)
    for (const [title, run] of ON_DISK) {
      await t.test(title, async (visit) => run(await visitor(visit, found.path, site)))
    }
    const browser = await browserFor(t, found.path)
    for (const [title, run] of VISITS) {
      await t.test(title, async (visit) => run(await guest(visit, browser, site)))
    }
  })
}

/** All that Chromium has in its HTTP cache, addresses included. */
function cachedBytes(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file))
  return Buffer.concat(files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file)))
}
