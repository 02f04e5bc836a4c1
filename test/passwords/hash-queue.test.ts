import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { test } from 'node:test'
import { ConfigurationError, Overloaded } from '../../src/errors.ts'
import { HashQueue, type HashQueueOptions } from '../../src/passwords/hash-queue.ts'

/** A job that ends when it is told to, and says when it began. */
class Job {
  readonly #done = Promise.withResolvers<string>()
  readonly result: Promise<string>
  began = false

  constructor(queue: HashQueue) {
    this.result = queue.run(() => {
      this.began = true
      return this.#done.promise
    })
    this.result.catch(() => {})
  }
  async end(value = 'hash'): Promise<void> {
    this.#done.resolve(value)
    await this.result
  }
  async fail(error: Error): Promise<void> {
    this.#done.reject(error)
    await assert.rejects(this.result, error)
  }
}

function jobs(queue: HashQueue, count: number): Job[] {
  return Array.from({ length: count }, () => new Job(queue))
}

function begun(all: readonly Job[]): number[] {
  return all.flatMap((job, at) => (job.began ? [at] : []))
}

test('as many jobs are at work as may be, and the rest wait', async () => {
  const queue = new HashQueue({ concurrency: 3 })
  const all = jobs(queue, 5)
  assert.deepEqual(begun(all), [0, 1, 2])
  assert.equal(queue.waiting, 2)
  for (const job of all) await job.end()
  assert.equal(queue.waiting, 0)
})

test('whoever finishes hands the place to the one who has waited longest', async () => {
  const queue = new HashQueue({ concurrency: 2 })
  const all = jobs(queue, 5)
  await all[1]?.end()
  assert.deepEqual(begun(all), [0, 1, 2])
  await all[0]?.end()
  assert.deepEqual(begun(all), [0, 1, 2, 3])
  await all[3]?.end()
  assert.deepEqual(begun(all), [0, 1, 2, 3, 4])
  await all[2]?.end()
  await all[4]?.end()
})

test('nobody who comes while a place is handed over gets in between', async () => {
  const queue = new HashQueue({ concurrency: 1 })
  const [first, second] = jobs(queue, 2)
  const ended = first?.end()
  const late = new Job(queue)
  await ended
  const later = new Job(queue)
  assert.deepEqual([second?.began, late.began, later.began], [true, false, false])
  await second?.end()
  assert.deepEqual([late.began, later.began], [true, false])
  await late.end()
  await later.end()
})

test('a place that nobody waits for is free for the next one', async () => {
  const queue = new HashQueue({ concurrency: 1 })
  for (let n = 0; n < 3; n++) {
    const job = new Job(queue)
    assert.ok(job.began, `job ${n}`)
    await job.end(String(n))
    assert.equal(await job.result, String(n))
  }
})

test('a job that fails, at once or later, frees its place', async () => {
  const queue = new HashQueue({ concurrency: 1 })
  const broken = new Error('no memory')
  const [first, second, third] = jobs(queue, 3)
  await first?.fail(broken)
  assert.ok(second?.began)
  await second.fail(broken)
  assert.ok(third?.began)
  await third.end()
  await assert.rejects(
    queue.run(() => {
      throw broken
    }),
    broken,
  )
  assert.equal(await queue.run(async () => 'next'), 'next')
  assert.equal(queue.waiting, 0)
})

test('more work than can be begun in time is refused, with the time after which to come again', async () => {
  // One hash is taken to cost 150 ms: 26 of them are 3.9 s.
  const queue = new HashQueue({ concurrency: 1 })
  const all = jobs(queue, 27)
  assert.equal(queue.waiting, 26)
  for (let n = 0; n < 3; n++) {
    await assert.rejects(
      queue.run(async () => assert.fail('it ran')),
      (error) => {
        assert.ok(error instanceof Overloaded)
        assert.equal(error.statusCode, 503)
        assert.deepEqual(error.headers, { 'Retry-After': '5' })
        return true
      },
    )
  }
  assert.equal(queue.waiting, 26, 'who is refused does not wait')
  await all[0]?.end()
  const next = new Job(queue)
  assert.equal(queue.waiting, 26, 'and there is room again')
  for (const job of all) await job.end()
  await next.end()
})

test('more places make room for more waiting', async () => {
  const queue = new HashQueue({ concurrency: 2, maxWait: 0.3 })
  const all = jobs(queue, 7)
  const refused = new Job(queue)
  assert.equal(queue.waiting, 4)
  await assert.rejects(refused.result, (error) => error instanceof Overloaded && error.headers['Retry-After'] === '1')
  for (const job of all.slice(0, 6)) await job.end()
  await assert.rejects(all[6]?.result ?? Promise.resolve(), Overloaded)
})

test('nobody waits where nobody may', async () => {
  const queue = new HashQueue({ concurrency: 1, maxWait: 0 })
  const first = new Job(queue)
  await assert.rejects(new Job(queue).result, Overloaded)
  await first.end()
  assert.ok(new Job(queue).began)
})

test('the cost of a hash is learned from the hashes that were made', async (t) => {
  let now = 0
  t.mock.method(performance, 'now', () => now)
  const queue = new HashQueue({ concurrency: 1, maxWait: 4 })
  const run = async (milliseconds: number): Promise<void> => {
    const job = new Job(queue)
    now += milliseconds
    await job.end()
  }
  for (let n = 0; n < 60; n++) await run(1000)
  // Four wait for four seconds in all, the fifth would wait for five.
  const slow = jobs(queue, 6)
  assert.equal(queue.waiting, 4)
  await assert.rejects(
    slow[5]?.result ?? Promise.resolve(),
    (error) => error instanceof Overloaded && error.headers['Retry-After'] === '5',
  )
  for (const job of slow.slice(0, 5)) await job.end()
  for (let n = 0; n < 60; n++) await run(10)
  const quick = jobs(queue, 300)
  assert.equal(queue.waiting, 299)
  for (const job of quick) await job.end()
})

test('by default a core is left for the event loop, and two threads of the pool for files and names', (t) => {
  const { availableParallelism } = os
  const before = process.env.UV_THREADPOOL_SIZE
  const machine = (cores: number, pool: string | undefined): void => {
    os.availableParallelism = () => cores
    syncBuiltinESMExports()
    if (pool === undefined) delete process.env.UV_THREADPOOL_SIZE
    else process.env.UV_THREADPOOL_SIZE = pool
  }
  t.after(() => {
    os.availableParallelism = availableParallelism
    syncBuiltinESMExports()
    if (before === undefined) delete process.env.UV_THREADPOOL_SIZE
    else process.env.UV_THREADPOOL_SIZE = before
  })
  for (const [cores, pool, places] of [
    [64, undefined, 2],
    [64, '', 2],
    [64, 'many', 2],
    [64, '1', 1],
    [64, '2', 1],
    [64, '3', 1],
    [64, '16', 14],
    [8, '1024', 7],
    [2, undefined, 1],
    [1, undefined, 1],
  ] as const) {
    machine(cores, pool)
    assert.equal(begun(jobs(new HashQueue(), 20)).length, places, `${cores} cores, a pool of ${pool}`)
  }
})

test('bounds under which nobody gets a turn are refused at start', () => {
  for (const options of [
    { concurrency: 0 },
    { concurrency: -1 },
    { concurrency: Number.NaN },
    { maxWait: -1 },
    { maxWait: Number.NaN },
  ] satisfies HashQueueOptions[]) {
    assert.throws(() => new HashQueue(options), ConfigurationError, JSON.stringify(options))
  }
})
