/**
 * What a value looks like on a page, where Django has another word for it than JavaScript: `True`, `False`, and a time as
 * people read it. Mirrors `render_value_in_context` (django/template/base.py) with the formats of
 * django/conf/locale/en/formats.py (5.2); times are UTC.
 */
import { isDictionary } from './template-lists.ts'

const MONTHS = 'Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.'.split(' ')

/** The text of a value, not yet escaped. */
export function djangoText(value: unknown): string {
  if (value === true) return 'True'
  if (value === false) return 'False'
  if (value instanceof Date && !Number.isNaN(value.getTime())) return dateTime(value)
  return typeof value === 'object' && value !== null ? objectText(value) : String(value)
}

/** JSON from outside may say what it likes of its own `toString`; an object of the application that fails is to be heard of. */
function objectText(value: object): string {
  try {
    return String(value)
  } catch (error) {
    if (Array.isArray(value) || isDictionary(value)) return ''
    throw error
  }
}

/** `N j, Y, P`: April 5, 2026, 1:07 p.m. */
function dateTime(at: Date): string {
  const year = String(at.getUTCFullYear()).padStart(4, '0')
  return `${MONTHS[at.getUTCMonth()]} ${at.getUTCDate()}, ${year}, ${time(at.getUTCHours(), at.getUTCMinutes())}`
}

function time(hour: number, minute: number): string {
  if (minute === 0 && hour === 0) return 'midnight'
  if (minute === 0 && hour === 12) return 'noon'
  const minutes = minute === 0 ? '' : `:${String(minute).padStart(2, '0')}`
  return `${hour % 12 || 12}${minutes} ${hour < 12 ? 'a.m.' : 'p.m.'}`
}
