/** A site on one of the frameworks whose session writes can be held, and alice, who is logged in. */
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { PosternOptions } from '../../src/options.ts'
import { Browser } from './browser.ts'
import type { Around, Handle, Listen } from './frameworks.ts'
import { HeldSessions } from './held-sessions.ts'
import { testPostern } from './postern.ts'
import { serve } from './serve.ts'

export interface HeldSite extends Awaited<ReturnType<typeof testPostern>> {
  readonly writes: HeldSessions
  readonly base: string
  readonly browser: Browser
}

export async function heldSite(
  t: TestContext,
  listen: Listen,
  handle: Handle,
  around: Around = {},
  options: Partial<PosternOptions> = {},
): Promise<HeldSite> {
  const writes = new HeldSessions()
  const site = await testPostern({ database: writes.database, ...options })
  const base = await serve(t, listen(site.auth, handle, around))
  const browser = new Browser(base)
  assert.equal((await browser.login()).status, 302)
  return { ...site, writes, base, browser }
}
