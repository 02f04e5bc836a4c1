/**
 * Django's template language where nunjucks has another word for the same: `{% url %}`, `{% csrf_token %}`, `{% empty %}`,
 * `{% load %}`, `{% comment %}`, `{{ block.super }}`, filters with `:argument`, and what counts as true in `{% if %}`.
 * Lines stay lines, so that an error names the right one. Mirrors django/template/defaulttags.py (5.2).
 */

const PIECES =
  /\{#[\s\S]*?#\}|\{%-?\s*comment\b[\s\S]*?%\}[\s\S]*?\{%-?\s*endcomment\s*-?%\}|\{%-?\s*(raw|verbatim)\b[\s\S]*?\{%-?\s*end\1\s*-?%\}|(\{%-?)([\s\S]*?)(-?%\})|(\{\{-?)([\s\S]*?)(-?\}\})/g
const TAG = /^\s*(\w+)\s*([\s\S]*?)\s*$/
/** Words of a tag; a text in quotes is part of one, blanks and all. */
const WORDS = /(?:[^\s"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')+/g
const FILTER_ARGUMENT =
  /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|\|\s*(\w+):("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?[\w.]+)/g
const VARIABLE = /^(?!(?:true|false|none|True|False|None)$)[A-Za-z_][\w.]*(?:\|.+)?$/
const CONNECTIVES: ReadonlySet<string> = new Set(['and', 'or', 'not'])

/** The contents of a template's tags and values; comments and what is shown as it is have none. */
export function codeOf(template: string): string[] {
  const pieces: string[] = []
  for (const [, , , tag, , , value] of template.matchAll(PIECES)) {
    const piece = tag ?? value
    if (piece !== undefined) pieces.push(piece)
  }
  return pieces
}

/** The template as nunjucks reads it. @param self the template's own name */
export function translate(template: string, self: string): string {
  return template.replace(
    PIECES,
    (whole: string, raw, tagOpen, tag, tagClose, valueOpen, value: string | undefined, valueClose) => {
      if (tagOpen !== undefined) return translateTag(whole, tagOpen, tag, tagClose, self)
      if (value !== undefined) {
        return valueOpen + (value.trim() === 'block.super' ? ' super() ' : filters(value)) + valueClose
      }
      return raw !== undefined || whole.startsWith('{#') ? whole : comment(whole)
    },
  )
}

function translateTag(whole: string, open: string, tag: string, close: string, self: string): string {
  const [, name = '', rest = ''] = TAG.exec(tag) ?? []
  switch (name) {
    case 'load':
    // A page is escaped whatever it says, and a mail's text is not.
    case 'autoescape':
    case 'endautoescape':
      return comment(whole)
    case 'empty':
      return `${open} else ${close}`
    case 'csrf_token':
      return `${asValue(open)} __csrf_token() ${asValue(close)}`
    case 'url':
      return url(rest, open, close)
    case 'include':
      return include(rest, open, close, self)
    case 'if':
    case 'elif':
      return `${open} ${name} ${condition(rest)} ${close}`
    default:
      return open + filters(tag) + close
  }
}

/** `'post' post.id lang='de' as address` */
function url(rest: string, open: string, close: string): string {
  const words = rest.match(WORDS) ?? []
  const variable = words.at(-2) === 'as' ? words.at(-1) : undefined
  const given = (variable === undefined ? words : words.slice(0, -2)).map(filters).join(', ')
  if (variable === undefined) return `${asValue(open)} __url(${given}) ${asValue(close)}`
  return `${open} set ${variable} = __url_if_any(${given}) ${close}`
}

/** `'part.html' with name=value only`; nunjucks' own include nests the whole rest of the page into a callback, and knows no `with`. */
function include(rest: string, open: string, close: string, self: string): string {
  const words = rest.match(WORDS) ?? []
  const end = words.findIndex((word) => word === 'with' || word === 'only' || word === 'ignore')
  const options = end < 0 ? [] : words.slice(end)
  const name = (end < 0 ? words : words.slice(0, end)).join(' ')
  const given = [
    filters(name),
    JSON.stringify(self),
    options.includes('missing'),
    options.includes('only'),
    ...options.filter((word) => /^\w+=/.test(word)).map(filters),
  ]
  return `${asValue(open)} __include(${given.join(', ')}) ${asValue(close)}`
}

/** In Django an empty list is false. What has brackets is nunjucks' own, and is left alone. */
function condition(text: string): string {
  const words = text.match(WORDS) ?? []
  if (words.some((word) => /[()[\]{}]/.test(word.replace(/"[^"]*"|'[^']*'/g, '')))) return filters(text)
  const isAlone = (at: number): boolean =>
    (at === 0 || CONNECTIVES.has(words[at - 1] ?? '')) &&
    (at === words.length - 1 || words[at + 1] === 'and' || words[at + 1] === 'or')
  return words
    .map((word, at) => (VARIABLE.test(word) && isAlone(at) ? `${filters(word)}|__true` : filters(word)))
    .join(' ')
}

/** `name:"argument"` as `name("argument")`; `default` is then Django's, which replaces everything that is false. */
function filters(text: string): string {
  return text.replace(FILTER_ARGUMENT, (whole: string, literal: string | undefined, name: string, argument: string) =>
    literal === undefined ? `|${name === 'default' ? '__default' : name}(${argument})` : whole,
  )
}

/** Nothing, on as many lines. */
function comment(text: string): string {
  return `{# ${text.replace(/[^\n]/g, '')} #}`
}

function asValue(mark: string): string {
  return mark.replace('{%', '{{').replace('%}', '}}')
}
