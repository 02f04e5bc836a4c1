/** Somebody at a real Chromium, with its caches and without any script. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import type { Site } from './sites.ts'

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export class Visitor {
  readonly context: BrowserContext
  readonly page: Page
  readonly site: Site
  /** The folder of the profile; `''` for none. */
  readonly profile: string

  constructor(context: BrowserContext, page: Page, site: Site, profile: string) {
    this.context = context
    this.page = page
    this.site = site
    this.profile = profile
    context.setDefaultTimeout(10_000)
  }

  async open(path: string, page: Page = this.page): Promise<void> {
    await page.goto(this.site.base + path)
  }

  /** From the home page through the login page to the dashboard. */
  async signIn(): Promise<void> {
    await this.open('/')
    await this.open('/accounts/login/?next=/dashboard/')
    await this.page.fill('input[name=username]', this.site.username)
    await this.page.fill('input[name=password]', this.site.password)
    await this.page.click('main button, form button')
    await this.page.waitForURL(`${this.site.base}/dashboard/`)
  }

  async signOut(page: Page = this.page): Promise<void> {
    await page.click('button:has-text("Log out")')
    await page.waitForURL(`${this.site.base}/accounts/logout/`)
    assert.match(await this.text(page), /You are logged out/)
  }

  /** The address of the page, without the site's. */
  path(page: Page = this.page): string {
    return page.url().slice(this.site.base.length)
  }

  text(page: Page = this.page): Promise<string> {
    return page.innerText('body')
  }
}

const LAUNCH = {
  headless: true,
  args: ARGUMENTS,
  // Playwright would switch the back/forward cache off.
  ignoreDefaultArgs: ['--disable-back-forward-cache'],
}
const NO_SCRIPT = { javaScriptEnabled: false }

/**
 * Starts Chromium for one visitor, with a profile of his own on the disk.
 * @param path of the program
 */
export async function visitor(t: TestContext, path: string, site: Site): Promise<Visitor> {
  const profile = mkdtempSync(join(tmpdir(), 'postern-'))
  const options = { ...LAUNCH, ...NO_SCRIPT, executablePath: path }
  const context = await chromium.launchPersistentContext(profile, options)
  t.after(async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  return new Visitor(context, context.pages()[0] ?? (await context.newPage()), site, profile)
}

/** Starts one Chromium for several visitors, none of whom leaves anything on the disk. */
export async function browserFor(t: Pick<TestContext, 'after'>, path: string): Promise<Browser> {
  const browser = await chromium.launch({ ...LAUNCH, executablePath: path })
  t.after(() => browser.close())
  return browser
}

/** A visitor with fresh cookies and caches in a browser that is running. */
export async function guest(t: TestContext, browser: Browser, site: Site): Promise<Visitor> {
  const context = await browser.newContext(NO_SCRIPT)
  t.after(() => context.close())
  return new Visitor(context, await context.newPage(), site, '')
}
