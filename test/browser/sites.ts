/** The sites that the browser visits: the tutorial site as `npm start` serves it, and a small application on Express. */
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import express from 'express'
import { postern } from '../../src/adapters/express.ts'
import { html } from '../../src/kernel/html.ts'
import { start } from '../support/child-process.ts'
import { openSqlite, tempFolder } from '../support/databases.ts'
import { ALICE, testPostern } from '../support/postern.ts'
import { root } from '../support/project-files.ts'
import { serve } from '../support/serve.ts'

/** A site with a home page, a protected dashboard with a button to log out, and a stylesheet that browsers may keep. */
export interface Site {
  readonly base: string
  readonly username: string
  readonly password: string
  readonly stylesheet: string
}

/** What only somebody who is signed in may read on the dashboard. */
export const PRIVATE = 'This page is yours alone'

/** Opens a site for one test. */
export type OpenSite = (t: TestContext) => Promise<Site>

async function tutorialSite(t: TestContext): Promise<Site> {
  const password = 'a-Password-of-the-tests'
  const server = await start(t, [process.execPath, join(root, 'examples/tutorial-site/server.ts')], {
    env: { SITE_FOLDER: tempFolder(t), PORT: '0', DEMO_PASSWORD: password },
    endBy: 'SIGTERM',
  })
  const base = /http:\/\/\S+$/.exec(server.firstLine)?.[0]
  if (base === undefined) throw new Error(`The tutorial site says: ${server.firstLine}`)
  return { base, username: 'demo', password, stylesheet: '/site.css' }
}

async function expressSite(t: TestContext): Promise<Site> {
  const { auth } = await testPostern({ database: openSqlite(t), loginRedirectUrl: '/dashboard/' })
  const { middleware, loginRequired } = postern(auth)
  const app = express()
  app.use(middleware)
  app.get('/', (_req, res) => {
    res.send('<link rel="stylesheet" href="/style.css"><h1>Home</h1><a href="/dashboard/">Dashboard</a>')
  })
  app.get('/style.css', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=3600').type('css').send('h1 { color: green }')
  })
  app.get(
    '/dashboard/',
    loginRequired((req, res) => {
      const page = html`<link rel="stylesheet" href="/style.css"><h1>Hello, ${req.user.username}</h1><p>${PRIVATE}.</p>
<form method="post" action="/accounts/logout/"><input type="hidden" name="csrfmiddlewaretoken" value="${req.csrfToken}">
<button>Log out</button></form><a href="/">Home</a>`
      res.send(page.toString())
    }),
  )
  const base = await serve(t, app)
  return { base, ...ALICE, stylesheet: '/style.css' }
}

export const SITES: ReadonlyMap<string, OpenSite> = new Map<string, OpenSite>([
  ['the tutorial site', tutorialSite],
  ['an Express application', expressSite],
])
