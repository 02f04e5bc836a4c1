/** The frame of every built-in page, and the headers that go with it (ASVS 5.0, chapter 3.4). */
import type { AuthRequest } from '../../auth/auth-request.ts'
import type { Answer } from '../../kernel/answer.ts'
import { html, markSafe, type SafeHtml } from '../../kernel/html.ts'
import type { User } from '../../users/user.ts'
import { STYLESHEET, STYLESHEET_SOURCE } from './stylesheet.ts'

const STYLE = markSafe(`<style>${STYLESHEET}</style>`)

// No form-action: browsers hold redirects after a form against it, and a login may lead to another allowed host.
const HEADERS: Answer['headers'] = [
  ['Content-Type', 'text/html; charset=utf-8'],
  [
    'Content-Security-Policy',
    `default-src 'none'; style-src ${STYLESHEET_SOURCE}; base-uri 'none'; frame-ancestors 'none'`,
  ],
  ['X-Content-Type-Options', 'nosniff'],
  ['X-Frame-Options', 'DENY'],
  ['Referrer-Policy', 'same-origin'],
  ['Cross-Origin-Opener-Policy', 'same-origin'],
  ['Cross-Origin-Resource-Policy', 'same-origin'],
]

/** What a page is written in. */
export interface PageLanguage {
  readonly code: string
  /** Somebody else may get the page in another one. */
  readonly varies: boolean
}

const ENGLISH: PageLanguage = { code: 'en', varies: false }

/** A whole page of the request's site, in the visitor's language. @param title and content in that language already */
export function sitePage<U extends User>(
  request: AuthRequest<U>,
  title: string,
  content: SafeHtml,
  status = 200,
): Answer {
  const { siteName, languages } = request.context
  return pageLayout(title, siteName, content, status, { code: request.language, varies: languages.length > 1 })
}

/** A whole page. @param site the name in the title and the header, none for `''` */
export function pageLayout(
  title: string,
  site: string,
  content: SafeHtml,
  status = 200,
  language: PageLanguage = ENGLISH,
): Answer {
  const body = html`<!doctype html>
<html lang="${language.code}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${site === '' ? title : `${title} | ${site}`}</title>
${STYLE}
</head>
<body>
<header>${site === '' ? '' : html`<a href="/">${site}</a>`}</header>
<main>
<div class="card">
<h1>${title}</h1>
${content}
</div>
</main>
</body>
</html>
`
  return { status, headers: [...HEADERS, ...languageHeaders(language)], body: body.toString() }
}

function languageHeaders({ code, varies }: PageLanguage): Answer['headers'] {
  const said: Answer['headers'] = [['Content-Language', code]]
  return varies ? [...said, ['Vary', 'Accept-Language']] : said
}
