/** The Cookie header read, Set-Cookie and the dates of HTTP written. */
import {
  type CookieAttributes,
  deleteCookie,
  findCookie,
  httpDate,
  parseCookies,
  setCookie,
} from '../../../src/kernel/cookies.ts'
import type { Defaults } from '../play.ts'
import { Skip, VectorRow } from '../vector-row.ts'

export function parseCookie(row: VectorRow): void {
  const header = row.text('header')
  row.check('cookies', Object.fromEntries(parseCookies(header)))
  const cookies = row.value('cookies') as Readonly<Record<string, string>>
  for (const [name, value] of Object.entries(cookies)) {
    if (name !== '') row.expect(`cookie ${name}`, value, findCookie(header, name))
  }
}

export function setCookieValue(row: VectorRow): void {
  const value = row.text('value')
  if (row.refused(() => setCookie('c', value, {}, 0))) return
  row.check('header', setCookie('c', value, {}, 0))
  row.check('value', findCookie(row.text('header'), 'c'))
}

export function setCookieHeader(row: VectorRow, { time }: Defaults): void {
  const now = row.number('time', time) * 1000
  const attributes = attributesOf(row)
  const name = row.text('name', 'c')
  const value = row.text('value', 'v')
  const header = (): string => setCookie(name, value, attributes, now)
  if (!row.refused(header)) row.check('header', header())
}

export function deleteCookieHeader(row: VectorRow): void {
  const attributes = attributesOf(row)
  const name = row.text('name')
  const header = (): string => deleteCookie(name, attributes)
  if (!row.refused(header)) row.check('header', header())
}

/**
 * Python's arguments as attributes of ours. `None` for the path leaves it out, and so does a text without characters.
 * @throws {Skip} for what the type of ours does not take
 */
function attributesOf(row: VectorRow): CookieAttributes {
  const args = new VectorRow(row.value('args') as Readonly<Record<string, unknown>>)
  const sameSite = args.text('samesite', '')
  if (/^(?:lax|strict|none)$/.test(sameSite)) throw new Skip('samesite is written with a capital here')
  const maxAge = args.has('max_age') && args.value('max_age') !== null ? args.number('max_age') : undefined
  const attributes: CookieAttributes = {
    maxAge,
    expires: expiresOf(args, maxAge),
    path: args.has('path') && args.value('path') === null ? '' : args.text('path', '/'),
    domain: args.text('domain', ''),
    secure: args.flag('secure', false),
    httpOnly: args.flag('httponly', false),
    sameSite: sameSite === '' ? undefined : (sameSite as 'Lax' | 'Strict' | 'None'),
  }
  const [unplayed] = args.unplayed
  if (unplayed !== undefined) throw new Skip(`the argument "${unplayed}" is not played`)
  return attributes
}

/** Django writes an `expires` that is a text as it stands; ours is a date, from which a missing `Max-Age` follows. */
function expiresOf(args: VectorRow, maxAge: number | undefined): Date | undefined {
  const text = args.text('expires', '')
  if (text === '') return undefined
  if (maxAge === undefined) throw new Skip('expires as a text without max_age has no counterpart')
  return new Date(text)
}

export function httpDateText(row: VectorRow): void {
  row.check('text', httpDate(row.number('time') * 1000))
}
