/** Somebody at a real Chromium with a profile of his own on disk, as people have it: caches and all, and no script unless asked for. */
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
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
  /** The folder of the profile. */
  readonly profile: string

  constructor(context: BrowserContext, page: Page, site: Site, profile: string) {
    this.context = context
    this.page = page
    this.site = site
    this.profile = profile
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
    assert.equal(this.path(), '/dashboard/')
  }

  async signOut(page: Page = this.page): Promise<void> {
    await page.click('button:has-text("Log out")')
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

/**
 * Starts Chromium, with its back/forward cache, which Playwright would switch off.
 * @param path of the program
 */
export async function visitor(
  t: TestContext,
  path: string,
  site: Site,
  options: { readonly javaScriptEnabled?: boolean; readonly bypassCSP?: boolean } = {},
): Promise<Visitor> {
  const profile = mkdtempSync(join(tmpdir(), 'postern-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: path,
    headless: true,
    javaScriptEnabled: false,
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
    args: ARGUMENTS,
    ...options,
  })
  t.after(async () => {
    await context.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  })
  context.setDefaultTimeout(10_000)
  const page = context.pages()[0] ?? (await context.newPage())
  return new Visitor(context, page, site, profile)
}
