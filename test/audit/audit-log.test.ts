/** The audit log by itself: rows of one moment go together, and one that fails is told. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { AuditLog } from '../../src/audit/audit-log.ts'
import { type AuditOptions, auditSettings } from '../../src/audit/audit-settings.ts'
import { EVENT_NAMES, on, type PosternEvents } from '../../src/events.ts'
import type { IncomingRequest } from '../../src/kernel/incoming-request.ts'
import { PendingWork } from '../../src/kernel/pending-work.ts'
import { MemoryEventStore } from '../../src/stores/memory/memory-event-store.ts'
import { Clock } from '../support/postern.ts'

const USER = { id: 1, username: 'alice', email: '' }
const REQUEST = { header: () => undefined } as unknown as IncomingRequest

function rig(options?: boolean | AuditOptions) {
  const clock = new Clock()
  const store = new MemoryEventStore()
  const pending = new PendingWork()
  return { clock, store, pending, log: new AuditLog(store, auditSettings(options), pending, clock.now) }
}

function listen(t: TestContext): PosternEvents['audit_failed'][] {
  const heard: PosternEvents['audit_failed'][] = []
  t.after(on('audit_failed', (message) => heard.push(message)))
  return heard
}

test('rows of one moment are added in one go, in their order; later ones in another', async (t) => {
  const { store, pending, log } = rig()
  const append = t.mock.method(store, 'append')
  log.record('user_logged_in', { user: USER, incoming: REQUEST })
  log.record('user_logged_out', { user: USER, incoming: REQUEST })
  await pending.settled()
  log.record('user_registered', { user: USER, incoming: undefined })
  await pending.settled()
  assert.equal(append.mock.callCount(), 2)
  assert.deepEqual(
    store.list().map(({ event }) => event),
    ['user_registered', 'user_logged_out', 'user_logged_in'],
  )
})

test('what belongs to a request can be waited for by it, and by nobody else', async () => {
  const { store, pending, log } = rig()
  const gate = Promise.withResolvers<void>()
  store.append = () => gate.promise as never
  log.record('user_logged_in', { user: USER, incoming: REQUEST })
  log.record('permission_changed', { user: USER, group: null, granted: [], revoked: [] })
  const other = { ...REQUEST }
  assert.equal(pending.of(other), undefined)
  let written = false
  const waiting = Promise.resolve(pending.of(REQUEST)).then(() => {
    written = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(written, false)
  gate.resolve()
  await waiting
  assert.equal(pending.of(REQUEST), undefined)
})

test('settled waits for what comes up while it waits', async () => {
  const pending = new PendingWork()
  const order: string[] = []
  const work = async (name: string, next?: () => void): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve))
    order.push(name)
    next?.()
  }
  pending.add(work('first', () => pending.add(work('second'))))
  await pending.settled()
  assert.deepEqual(order, ['first', 'second'])
})

test('several works of one request are waited for together', async () => {
  const pending = new PendingWork()
  const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  for (const { promise } of gates) pending.add(promise, REQUEST)
  pending.add(gates[1]?.promise as Promise<void>, REQUEST)
  let done = false
  const waiting = Promise.resolve(pending.of(REQUEST)).then(() => {
    done = true
  })
  gates[1]?.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(done, false)
  gates[0]?.resolve()
  await waiting
})

test('a row that the store does not take is told, with all that would have been in it', async (t) => {
  const { clock, store, pending, log } = rig()
  const heard = listen(t)
  const error = new Error('disk full')
  store.append = () => {
    throw error
  }
  log.record('user_logged_in', { user: USER, incoming: REQUEST })
  log.record('user_logged_out', { user: USER, incoming: REQUEST })
  await pending.settled()
  assert.deepEqual(
    heard.map(({ event, what, record, error: told }) => [event, what, record.userId, record.at, told]),
    [
      ['user_logged_in', 'row', '1', clock.now(), error],
      ['user_logged_out', 'row', '1', clock.now(), error],
    ],
  )
  assert.equal(store.list().length, 0, 'and is no event of the log itself')
})

test('where nobody listens a lost row is a warning of the process, and not one for each', async () => {
  const { store, pending, log } = rig()
  store.append = () => {
    throw new Error('disk full')
  }
  const warned = once(process, 'warning')
  for (let n = 0; n < 20; n++) log.record('user_logged_in', { user: USER, incoming: undefined })
  await pending.settled()
  let more = 0
  const [warning] = await warned
  const count = (): void => {
    more += 1
  }
  process.on('warning', count)
  log.record('user_logged_out', { user: USER, incoming: undefined })
  await pending.settled()
  await new Promise((resolve) => setImmediate(resolve))
  process.off('warning', count)
  assert.equal(warning.name, 'PosternWarning')
  assert.match(
    warning.message,
    /user_logged_in could not be written to the audit log \(disk full\)\. Listen to 'audit_failed'/,
  )
  assert.equal(more, 0)
})

test('what a store rejects with that is no error is told as it is', async () => {
  const { store, pending, log } = rig()
  store.append = () => Promise.reject('no error at all') as never
  const warned = once(process, 'warning')
  log.record('user_logged_out', { user: USER, incoming: undefined })
  await pending.settled()
  assert.match(String((await warned)[0]), /no error at all/)
})

test('events that are not chosen leave no row, and neither does any when the log is off', async () => {
  for (const [options, expected] of [
    [undefined, ['user_logged_out', 'user_logged_in']],
    [true, ['user_logged_out', 'user_logged_in']],
    [{ events: ['user_logged_out'] }, ['user_logged_out']],
    [{ events: [] }, []],
    [false, []],
  ] as const) {
    const { store, pending, log } = rig(options)
    log.record('user_logged_in', { user: USER, incoming: undefined })
    log.record('user_logged_out', { user: USER, incoming: undefined })
    await pending.settled()
    assert.deepEqual(
      store.list().map(({ event }) => event),
      expected,
    )
  }
})

test('that a row failed is never a row, even if somebody chooses it', async () => {
  const { store, pending, log } = rig({ events: EVENT_NAMES })
  const record = {
    at: 0,
    event: 'user_logged_in',
    userId: null,
    session: null,
    address: null,
    userAgent: null,
    data: {},
  } as const
  log.record('audit_failed', { event: 'user_logged_in', what: 'row', record, error: new Error() })
  await pending.settled()
  assert.deepEqual(store.list(), [])
})

test('clearExpired removes what is past its retention', async () => {
  const { clock, store, pending, log } = rig({ retention: 3600 })
  log.record('user_logged_in', { user: USER, incoming: undefined })
  await pending.settled()
  clock.pass(3600)
  assert.equal(await log.clearExpired(), 0)
  log.record('user_logged_out', { user: USER, incoming: undefined })
  await pending.settled()
  clock.pass(0.001)
  assert.equal(await log.clearExpired(), 1)
  assert.equal(store.list().length, 1)
})

test('rows are kept for a year, for ever if that is wanted, and not touched by a log that is off', async () => {
  const { clock, store, pending, log } = rig()
  log.record('user_logged_in', { user: USER, incoming: undefined })
  await pending.settled()
  const logOf = (options: boolean | AuditOptions): AuditLog =>
    new AuditLog(store, auditSettings(options), pending, clock.now)
  clock.pass(31_536_000)
  assert.equal(await log.clearExpired(), 0)
  clock.pass(1)
  assert.equal(await logOf({ retention: Number.POSITIVE_INFINITY }).clearExpired(), 0)
  assert.equal(await logOf(false).clearExpired(), 0)
  assert.equal(await log.clearExpired(), 1)
})
