/** What the clock on the wall of a time zone says, as Python's `datetime.now()` with Django's TIME_ZONE does. */

export class WallClock {
  readonly #format: Intl.DateTimeFormat | null

  /** @param timeZone a name such as `Europe/Berlin`. @throws {RangeError} for one that is not known */
  constructor(timeZone: string) {
    this.#format =
      timeZone === 'UTC'
        ? null
        : new Intl.DateTimeFormat('en-US', {
            timeZone,
            hourCycle: 'h23',
            year: 'numeric',
            month: 'numeric',
            day: 'numeric',
            hour: 'numeric',
            minute: 'numeric',
            second: 'numeric',
          })
  }

  /** The time on the wall, as the milliseconds since 1970 at which a clock in UTC says the same. @param now milliseconds */
  read(now: number): number {
    if (this.#format === null) return now
    const parts = new Map(this.#format.formatToParts(now).map(({ type, value }) => [type, Number(value)]))
    const at = (part: Intl.DateTimeFormatPartTypes): number => Number(parts.get(part))
    return Date.UTC(at('year'), at('month') - 1, at('day'), at('hour'), at('minute'), at('second'))
  }
}
