/**
 * nunjucks' filters, made to take whatever comes from outside. One for texts takes the text of a value, as `stringfilter`
 * (django/template/defaultfilters.py, 5.2), and makes HTML of HTML only where Django's does; one for lists counts nothing
 * that only says that it has a length.
 */
import library from 'nunjucks'
import { escapeHtml, SafeHtml } from '../kernel/html.ts'
import { djangoText } from './django-text.ts'
import { listOf } from './template-lists.ts'
import { lookUp } from './template-lookup.ts'

type Filter = (this: unknown, ...given: unknown[]) => unknown
type Environment = InstanceType<typeof library.Environment>

const { SafeString } = library.runtime

/** HTML stays HTML, as with `is_safe` in Django; what else is given to them is no text. */
const KEEPING = ['capitalize', 'center', 'indent', 'nl2br', 'string', 'title', 'trim']
/** Whatever they are given, a text comes out. */
const PLAIN = ['lower', 'replace', 'upper', 'urlize', 'wordcount']
const OF_LISTS = 'batch first groupby last random reject rejectattr reverse select selectattr slice sort sum'.split(' ')

/** Puts them in the place of nunjucks' own. @param htmlOf what a value is as HTML, or the value */
export function addOutsideFilters(environment: Environment, htmlOf: (value: unknown) => unknown): void {
  const filterOf = (name: string): Filter => environment.getFilter(name) as Filter

  /** A string, or a `SafeString`. */
  const textOrHtml = (given: unknown): unknown => {
    if (typeof given === 'string' || given instanceof SafeString) return given
    if (given === undefined || given === null) return ''
    const value = htmlOf(given)
    return value instanceof SafeHtml || value instanceof SafeString
      ? new SafeString(value.toString())
      : djangoText(value)
  }
  /** What is given to a filter besides: numbers and patterns stay what they are. */
  const plainly = (given: unknown): unknown =>
    typeof given === 'object' && given !== null && !(given instanceof RegExp) ? djangoText(given) : given

  for (const name of KEEPING) {
    const filter = filterOf(name)
    environment.addFilter(name, (given: unknown, ...more: unknown[]) => filter(textOrHtml(given), ...more))
  }
  for (const name of PLAIN) {
    const filter = filterOf(name)
    environment.addFilter(name, (given: unknown, ...more: unknown[]) => {
      const made = filter(djangoText(textOrHtml(given)), ...more.map(plainly))
      return typeof made === 'number' || made === null ? made : djangoText(made)
    })
  }
  for (const name of OF_LISTS) {
    const filter = filterOf(name)
    environment.addFilter(name, function (this: unknown, given: unknown, ...more: unknown[]) {
      return filter.call(this, listOf(given) ?? [], ...more)
    })
  }

  environment.addFilter('join', (given: unknown, between: unknown, name: unknown) => {
    const values = listOf(given) ?? []
    const items = Array.isArray(values) ? values : [values]
    return items
      .map((item: unknown) => djangoText(textOrHtml(name ? lookUp(item, name) : item)))
      .join(djangoText(between ?? ''))
  })

  const truncate = filterOf('truncate')
  environment.addFilter('truncate', (given: unknown, length: unknown, whole: unknown, end: unknown) => {
    const text = textOrHtml(given)
    if (end === undefined || end === null) return truncate(text, length, whole)
    const isHtml = text instanceof SafeString && !(end instanceof SafeString)
    return truncate(text, length, whole, isHtml ? escapeHtml(djangoText(end)) : djangoText(end))
  })

  const striptags = filterOf('striptags')
  environment.addFilter('striptags', (given: unknown, keepLines: unknown) => {
    const text = textOrHtml(given)
    const made = djangoText(striptags(djangoText(text), keepLines))
    // Of `<<b>i>` a tag would be left; that of HTML is HTML again, but for what may still begin a tag.
    return text instanceof SafeString ? new SafeString(made.replace(/[<>]/g, escapeHtml)) : made
  })

  environment.addFilter('safe', (given: unknown) => {
    const text = textOrHtml(given)
    return text instanceof SafeString ? text : new SafeString(text as string)
  })
}
