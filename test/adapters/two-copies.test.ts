/** Two copies of the package in one process, as package managers make them: they know each other's requests and errors. */
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import express, { type RequestHandler } from 'express'
import type { postern as ourExpress } from '../../src/express.ts'
import * as ours from '../../src/index.ts'
import type { postern as ourNode } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { root } from '../support/project-files.ts'
import { serve } from '../support/serve.ts'

let folder: string
let theirs: typeof ours
let theirExpress: typeof ourExpress
let theirNode: typeof ourNode

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'postern-'))
  cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const load = (entry: string): Promise<unknown> => import(pathToFileURL(join(folder, 'src', entry)).href)
  theirs = (await load('index.ts')) as typeof ours
  theirExpress = ((await load('express.ts')) as { postern: typeof ourExpress }).postern
  theirNode = ((await load('node.ts')) as { postern: typeof ourNode }).postern
  assert.notEqual(theirs.AuthRequest, ours.AuthRequest, 'they are two')
})

after(() => rmSync(folder, { recursive: true }))

test("Express: the other copy's adapter serves this copy's Postern, and its functions take the request", async (t) => {
  const { auth } = await testPostern()
  const { middleware, request } = theirExpress(auth)
  const app = express()
  app.use(middleware as RequestHandler)
  app.get('/who', (req, res) => void res.json([ours.getUser(req).username, theirs.getUser(req).username]))
  app.get('/direct', (req, res) => void res.json([ours, theirs].map((copy) => copy.getUser(request(req)).username)))
  app.get('/leave', async (req, res) => {
    await theirs.logout(req)
    res.json([ours.getUser(req).username, theirs.getUser(req).username])
  })
  const alice = new Browser(await serve(t, app))
  await alice.login()
  assert.equal((await alice.get('/who')).body, '["alice","alice"]')
  assert.equal((await alice.get('/direct')).body, '["alice","alice"]')
  const thief = alice.copy()
  assert.equal((await alice.get('/leave')).body, '["",""]')
  assert.equal((await thief.get('/who')).body, '["",""]')
})

test("node:http: the other copy's errors are answered as this copy's are", async (t) => {
  const { auth } = await testPostern()
  const thrown: Record<string, () => Error> = {
    '/away': () => new theirs.StoreUnavailable(),
    '/busy': () => new theirs.Overloaded('Later.', 7),
    '/forbidden': () => new theirs.PermissionDenied(),
    '/ended': () => new theirs.SessionInterrupted(),
    '/mistake': () => new theirs.ConfigurationError('mine'),
    '/lookalike': () => Object.assign(new Error('no'), { code: 'toString', statusCode: 200, headers: {} }),
  }
  const { handler } = theirNode(auth, { onError: () => {} })
  const listener = handler((req) => {
    throw thrown[req.url ?? '']?.() ?? new Error('unknown')
  })
  const visitor = new Browser(await serve(t, listener))
  const statuses: number[] = []
  for (const path of Object.keys(thrown)) statuses.push((await visitor.get(path)).status)
  assert.deepEqual(statuses, [503, 503, 403, 400, 500, 500])
  assert.equal((await visitor.get('/busy')).headers['retry-after'], '7')
})

test("node:http: a session that the other copy's adapter holds is stored before the answer, and refused when it was not", async (t) => {
  const { auth } = await testPostern()
  const { handler } = theirNode(auth, { onError: () => {} })
  const base = await serve(
    t,
    handler((req, res, request) => {
      if (req.url === '/fail') auth.sessions.store.update = () => Promise.reject(new theirs.StoreUnavailable())
      request.session.set('seen', true)
      res.end('stored')
    }),
  )
  const alice = new Browser(base)
  await alice.login()
  const stored = await alice.get('/')
  assert.deepEqual([stored.status, stored.body], [200, 'stored'])
  assert.match(stored.setCookies.join(), /^sessionid=/)
  const failed = await alice.get('/fail')
  assert.deepEqual([failed.status, failed.headers['set-cookie']], [503, undefined])
})
