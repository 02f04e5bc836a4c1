/**
 * The reference site: the same addresses, users, fields and control endpoints as a Django site that scenarios are played
 * against, so that one runner can judge both. `PORT=8100 npm run -s reference-site`; ADAPTER is node, express or fetch.
 */
import { createServer, type RequestListener } from 'node:http'
import express from 'express'
import { postern as onExpress } from '../../src/express.ts'
import { createPostern, Pbkdf2Hasher, type Postern } from '../../src/index.ts'
import { postern as onNode } from '../../src/node.ts'
import { sqlite } from '../../src/sqlite.ts'
import { openEngine } from './engines.ts'
import { fetchListener } from './fetch-listener.ts'
import { adapter, databasePath, engineName, rounds, sessionFolder, settings } from './settings.ts'
import { urls } from './urls.ts'

const database = sqlite(databasePath)
const engine = await openEngine(engineName, { record: database.sessions, folder: sessionFolder })
const auth: Postern = createPostern({
  ...settings,
  database,
  sessions: engine.sessions,
  passwordHashers: [new Pbkdf2Hasher({ rounds })],
  urls: urls(() => auth, engine),
})
await auth.migrate()

const listeners: Readonly<Record<string, () => RequestListener>> = {
  node: () => onNode(auth).handler((_req, res) => res.writeHead(404).end('Not Found')),
  express: () => express().use(onExpress(auth).middleware),
  fetch: () => fetchListener((request, address) => auth.handle(request, { clientAddress: address })),
}
const listener = listeners[adapter]?.()
if (listener === undefined) throw new Error(`ADAPTER=${adapter}: one of ${Object.keys(listeners).join(', ')}.`)

const server = createServer(listener)
server.listen(Number(process.env.PORT ?? 8100), '127.0.0.1', () => {
  const { port } = server.address() as { port: number }
  console.log(`The reference site is at http://127.0.0.1:${port} (${adapter}, sessions: ${engine.place})`)
})

// Nothing is left in a server that others use, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    // One that does not answer any more is not waited for.
    setTimeout(() => process.exit(), 1000)
    await engine.close()
    process.exit()
  })
}
