/** A request that is opened and never closed: a WebSocket's `upgrade` event, which has no answer that could carry a cookie. */
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { NodeRequest } from '../../src/adapters/node-request.ts'
import { logout } from '../../src/auth/logout.ts'
import { postern as onNode } from '../../src/node.ts'
import { Browser } from '../support/browser.ts'
import { testPostern } from '../support/postern.ts'
import { RawConnection } from '../support/raw-connection.ts'

const UPGRADE = 'GET /socket\nConnection: Upgrade\nUpgrade: chat'

test('an upgrade knows its user, can log out, and leaves the site as it is', async (t) => {
  const { auth, clock } = await testPostern()
  const server = createServer(onNode(auth).handler((_req, res, request) => res.end(`page of ${request.user.username}`)))
  server.on('upgrade', async (req, socket) => {
    const request = await auth.open(new NodeRequest(req, auth.proxies))
    const name = request.user.username
    if (req.url === '/leave') await logout(request)
    socket.end(
      `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nhello ${name || 'nobody'}.`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const alice = new Browser(base)
  await alice.login()
  // A renewal that is due is not worth an error where nothing can be renewed.
  clock.pass(3600)

  const upgrade = async (line: string, cookies: ReadonlyMap<string, string>): Promise<string> => {
    const wire = await RawConnection.open(t, base)
    wire.ask(line, cookies)
    return wire.ended()
  }
  assert.match(await upgrade(UPGRADE, alice.cookies), /^HTTP\/1\.1 101 [\s\S]*hello alice\.$/)
  assert.match(await upgrade(UPGRADE, new Map()), /hello nobody\.$/)
  assert.match(await upgrade(UPGRADE, new Map([['sessionid', 'x'.repeat(32)]])), /hello nobody\.$/)
  assert.equal((await alice.get('/')).body, 'page of alice')
  assert.match(await upgrade(UPGRADE.replace('/socket', '/leave'), alice.cookies), /hello alice\.$/)
  assert.equal((await alice.get('/')).body, 'page of ')
  assert.match(await upgrade(UPGRADE, alice.cookies), /hello nobody\.$/)
})
