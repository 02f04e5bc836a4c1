/**
 * Limits on guessing: failed attempts per account, per network, and per browser that the user has logged in with before. It is
 * looked at before a password is, and whether there is such an account makes no difference to it (ASVS 5.0, 2.4.1 and 6.3.1).
 */
import { TooManyAttempts } from '../errors.ts'
import { type AttemptKind, attemptKey, foldName, networkOf } from './attempt-key.ts'
import type { AttemptStore, Taking } from './attempt-store.ts'
import { Bucket } from './bucket.ts'
import { type Lane, Lanes } from './lanes.ts'
import type { LimitSettings } from './limit-settings.ts'

/** Who tries. What is left out is not counted. */
export interface AttemptBy {
  /** By what the account is named, as it was typed: a username, an e-mail address. Each counts. */
  readonly accounts?: readonly string[] | undefined
  /** The client's address. */
  readonly address?: string | undefined
  /** A browser known to be the user's: then it alone is counted, whatever others have done to the account. */
  readonly device?: string | undefined
}

/** What is limited. */
export interface Attempt<T> {
  /** Keeps these attempts apart from others: `login`, `password_reset`. */
  readonly purpose: string
  readonly by: AttemptBy
  readonly work: () => Promise<T>
  /** Whether what came of it counts. @default everything does */
  readonly failed?: ((result: T) => boolean) | undefined
  /** Told of a refusal, for the log; at most once a minute for one bucket. @param retryAfter seconds */
  readonly onRefusal?: ((retryAfter: number) => void) | undefined
}

interface Entry {
  readonly bucket: Bucket
  readonly lane: Lane
}

/** Milliseconds between two words about refusals of one bucket. */
const TELLING_PAUSE = 60_000
/** Buckets of which it is told in this time at most: a flood of names must fill neither the memory nor the log. */
const TOLD_AT_ONCE = 1000

export class LoginLimits {
  readonly #store: AttemptStore
  readonly #settings: LimitSettings
  readonly #secretKey: string
  readonly #now: () => number
  readonly #lanes = new Lanes()
  /** Failures that the store would not take: nobody else gets to guess before it has. */
  readonly #unrecorded: Taking[] = []
  readonly #told = new Map<string, number>()

  /** @param now milliseconds */
  constructor(store: AttemptStore, settings: LimitSettings, secretKey: string, now: () => number) {
    this.#store = store
    this.#settings = settings
    this.#secretKey = secretKey
    this.#now = now
  }

  /** Whether known browsers are counted by themselves, so that it is worth knowing them. */
  get knowsDevices(): boolean {
    return this.#settings.device !== false
  }

  /**
   * Does the work if there is an attempt left, and counts it when it fails. What throws does not count.
   * @throws {TooManyAttempts} when there is none left; the work is not done then
   * @throws {StoreUnavailable} when the store does not say, or does not take a failure
   * @example await limits.attempt({ purpose: 'password_reset', by: { accounts: [email], address }, work: sendLink })
   */
  async attempt<T>({ purpose, by, work, failed = () => true, onRefusal }: Attempt<T>): Promise<T> {
    const buckets = this.#buckets(purpose, by)
    if (buckets.length === 0) return work()
    const entries = buckets.map((bucket): Entry => ({ bucket, lane: this.#lanes.enter(bucket.key) }))
    try {
      const clean = await this.#begin(entries, onRefusal)
      try {
        const result = await work()
        if (failed(result)) await this.#count(entries)
        // Whoever logs in from a browser of theirs has shown that the failures before were theirs, too.
        else if (by.device !== undefined && !clean) await this.#fill(buckets)
        return result
      } finally {
        for (const { lane } of entries) {
          lane.atWork -= 1
          lane.wake()
        }
      }
    } finally {
      for (const { bucket, lane } of entries) this.#lanes.leave(bucket.key, lane)
    }
  }

  #buckets(purpose: string, { accounts = [], address, device }: AttemptBy): Bucket[] {
    const bucketOf = (kind: AttemptKind, value: string | undefined): Bucket[] => {
      const limit = this.#settings[kind]
      if (limit === false || value === undefined) return []
      return [new Bucket(attemptKey(purpose, kind, value, this.#secretKey), limit)]
    }
    if (device !== undefined && this.knowsDevices) return bucketOf('device', device)
    const names = new Set(accounts.map(foldName))
    return [...[...names].flatMap((name) => bucketOf('account', name)), ...bucketOf('network', networkOf(address))]
  }

  /** Waits until the attempt may go, and counts it as at work. @returns whether nothing has failed lately */
  async #begin(entries: readonly Entry[], onRefusal: Attempt<never>['onRefusal']): Promise<boolean> {
    let woken: Lane | undefined
    try {
      for (;;) {
        if (this.#unrecorded.length > 0) await this.#record()
        const fullAt = await this.#read(entries)
        if (fullAt === null) continue
        const busy = this.#busyLane(entries, fullAt, onRefusal)
        if (busy === undefined) {
          for (const { lane } of entries) lane.atWork += 1
          return fullAt.every((time) => time === 0)
        }
        // The turn was of another bucket, and is the next one's.
        if (woken !== busy) woken?.wake()
        await busy.turn(woken === busy)
        woken = busy
      }
    } catch (error) {
      woken?.wake()
      throw error
    }
  }

  /** What the store has of the buckets; null when it is out of date, since one of those at work has failed meanwhile. */
  async #read(entries: readonly Entry[]): Promise<readonly number[] | null> {
    const failed = entries.map(({ lane }) => lane.failed)
    const read = await this.#store.read(entries.map(({ bucket }) => bucket.key))
    if (entries.some(({ lane }, at) => lane.failed !== failed[at])) return null
    const now = this.#now()
    const fullAt: number[] = []
    for (const [at, { bucket }] of entries.entries()) {
      const time = read[at] ?? 0
      const impossible = bucket.isImpossible(time, now)
      // A clock that was ahead must not lock anybody out for as long.
      if (impossible) await this.#store.fill(bucket.key)
      fullAt.push(impossible || time <= now ? 0 : time)
    }
    return fullAt
  }

  /** The lane of which as many are at work as there are left; undefined when the attempt may go. @throws {TooManyAttempts} */
  #busyLane(
    entries: readonly Entry[],
    fullAt: readonly number[],
    onRefusal: Attempt<never>['onRefusal'],
  ): Lane | undefined {
    const now = this.#now()
    let busy: Lane | undefined
    let retryAfter = 0
    const empty: Entry[] = []
    for (const [at, entry] of entries.entries()) {
      const left = entry.bucket.left(fullAt[at] ?? 0, now)
      if (left <= 0) {
        empty.push(entry)
        retryAfter = Math.max(retryAfter, entry.bucket.wait(fullAt[at] ?? 0, now))
      } else if (entry.lane.atWork >= left) busy ??= entry.lane
    }
    if (empty.length === 0) return busy
    const error = new TooManyAttempts(retryAfter)
    for (const { lane } of empty) lane.refuseWaiting(error)
    if (empty.map(({ bucket }) => this.isNews(bucket.key)).includes(true)) onRefusal?.(retryAfter)
    throw error
  }

  /** Takes a failure out of the buckets. */
  async #count(entries: readonly Entry[]): Promise<void> {
    this.#unrecorded.push(...entries.map(({ bucket }) => bucket.taking))
    try {
      await this.#record()
    } finally {
      for (const { lane } of entries) lane.failed += 1
    }
  }

  async #record(): Promise<void> {
    const takings = this.#unrecorded.splice(0)
    try {
      await this.#store.take(takings, this.#now())
    } catch (error) {
      this.#unrecorded.push(...takings)
      throw error
    }
  }

  async #fill(buckets: readonly Bucket[]): Promise<void> {
    for (const { key } of buckets) await this.#store.fill(key)
  }

  /** Removes the buckets that are full again; none where nothing is counted. @returns how many went */
  async clearExpired(): Promise<number> {
    if (Object.values(this.#settings).every((limit) => limit === false)) return 0
    return this.#store.clearExpired(this.#now())
  }

  /** Whether nobody was told of this bucket, or whatever else goes on and on, in the last minute. */
  isNews(key: string): boolean {
    const now = this.#now()
    const isLately = (time: number | undefined): boolean => time !== undefined && Math.abs(now - time) < TELLING_PAUSE
    if (isLately(this.#told.get(key))) return false
    if (this.#told.size >= TOLD_AT_ONCE) {
      for (const [other, time] of this.#told) if (!isLately(time)) this.#told.delete(other)
      if (this.#told.size >= TOLD_AT_ONCE) return false
    }
    this.#told.set(key, now)
    return true
  }
}
