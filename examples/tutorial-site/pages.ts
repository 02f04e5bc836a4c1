/** The frame of the site's own pages and their stylesheet. */
import { type Answer, type AuthRequest, html, messages, type SafeHtml, type View } from 'postern'

const CSS = `
:root { color-scheme: light dark; --ink: #1b1f24; --muted: #59636e; --paper: #f6f7f9; --card: #fff; --line: #d5dae1; --accent: #0b6b53; --on-accent: #fff }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --muted: #9aa5b1; --paper: #14171b; --card: #1d2126; --line: #343b44; --accent: #46c9a3; --on-accent: #06231b } }
* { box-sizing: border-box }
body { margin: 0; font: 17px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--paper) }
header, main { max-width: 44rem; margin: 0 auto; padding: 0 1.25rem }
header { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; min-height: 5.2rem; padding-top: 1.25rem; padding-bottom: 1.25rem }
header .name { font-weight: 650; margin-right: .5rem; color: inherit; text-decoration: none }
header form { margin: 0 } header button { padding: .4rem .85rem } header .who { color: var(--muted); overflow-wrap: anywhere }
main { padding-bottom: 4rem }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .9rem; padding: clamp(1.25rem, 5vw, 2.5rem) }
h1 { margin: 0 0 1rem; font-size: clamp(1.5rem, 5vw, 2.1rem); line-height: 1.2 }
.lead { font-size: 1.1em; color: var(--muted) } .hint { color: var(--muted) } .card > :last-child { margin-bottom: 0 }
nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin-right: auto } nav a { color: var(--muted); text-decoration: none } nav a:hover { color: var(--ink); text-decoration: underline }
.messages { margin: 0 0 1rem; padding: 0; list-style: none } .messages li { padding: .6rem 1rem; border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: .55rem; background: var(--card) } .messages li + li { margin-top: .5rem }
article + article, .actions + article { margin-top: 1.5rem; padding-top: 1.5rem; border-top: 1px solid var(--line) } article h2 { margin: 0 0 .25rem; font-size: 1.2rem } article p { margin: 0; white-space: pre-line } .meta { color: var(--muted); font-size: .9em }
label { display: block; margin-bottom: .25rem; font-weight: 550 } input[type=text], textarea { width: 100%; padding: .6rem .75rem; margin-bottom: 1rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .55rem } textarea { min-height: 8rem }
table { width: 100%; border-collapse: collapse; margin: 1rem 0 } th, td { padding: .5rem .25rem; text-align: left; border-bottom: 1px solid var(--line) } td:last-child, th:last-child { text-align: right }
.actions { display: flex; flex-wrap: wrap; gap: .75rem 1.25rem; align-items: center; margin: 1.25rem 0 0 } .actions form { margin: 0 }
button.quiet { color: var(--accent); background: none; border: 1px solid var(--line) }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .5rem 1.5rem; margin: 1.5rem 0 }
dt { color: var(--muted) } dd { margin: 0; overflow-wrap: anywhere }
@media (max-width: 28rem) { dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: .75rem } }
button, .button { display: inline-block; padding: .55rem 1.1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: .55rem; cursor: pointer; text-decoration: none }
a { color: var(--accent) }
@media (max-width: 36rem) { header nav { order: 1; flex-basis: 100% } header .name { margin-right: auto } }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
`

/** The stylesheet: it asks for nobody, so browsers may keep it. */
export const stylesheet: View = () => ({
  status: 200,
  headers: [
    ['Content-Type', 'text/css; charset=utf-8'],
    ['Cache-Control', 'public, max-age=3600'],
  ],
  body: CSS,
})

/** A page of the site, with who is signed in and the button that ends it. */
export function sitePage(request: AuthRequest, title: string, content: SafeHtml): Answer {
  const corner = request.user.isAuthenticated ? logoutButton(request) : html`<a href="/accounts/login/">Log in</a>`
  const said = [...messages.getMessages(request)]
  const list = html`<ul class="messages">${said.map((message) => html`<li class="${message.tags}">${message.message}</li>`)}</ul>`
  return framed(
    title,
    corner,
    html`${said.length > 0 ? list : ''}<div class="card"><h1>${title}</h1>${content}</div>`,
    200,
  )
}

/** A page that asks for nobody, and is there when the database is not. */
export function plainPage(title: string, content: SafeHtml, status: number): Answer {
  return framed(title, '', html`<div class="card"><h1>${title}</h1>${content}</div>`, status)
}

function framed(title: string, corner: SafeHtml | '', content: SafeHtml, status: number): Answer {
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} | Postern tutorial</title>
<link rel="stylesheet" href="/site.css">
</head>
<body>
<header>
<a class="name" href="/">Postern tutorial</a>
<nav><a href="/">Blog</a><a href="/dashboard/">Dashboard</a><a href="/cart/">Cart</a><a href="/cadmin/">Account</a></nav>
${corner}
</header>
<main>
${content}
</main>
</body>
</html>
`
  return {
    status,
    headers: [
      ['Content-Type', 'text/html; charset=utf-8'],
      ['Content-Security-Policy', "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'"],
      ['X-Content-Type-Options', 'nosniff'],
    ],
    body: body.toString(),
  }
}

/** A form of one button. What changes something is a POST with a token, and never a link. */
export function button(
  request: AuthRequest,
  action: string,
  label: string,
  fields: Readonly<Record<string, string>> = {},
  className = '',
): SafeHtml {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return html`<form method="post" action="${action}">${csrfField(request)}${hidden}<button type="submit" class="${className}">${label}</button></form>`
}

/** The token that every form needs. */
export function csrfField(request: AuthRequest): SafeHtml {
  return html`<input type="hidden" name="csrfmiddlewaretoken" value="${request.csrfToken}">`
}

export function time(date: Date | null): string {
  return date === null ? 'never' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** Logging out is a form: a link could be followed by a prefetch, or be an image on somebody else's page. */
function logoutButton(request: AuthRequest): SafeHtml {
  return html`<span class="who">${request.user.username}</span>${button(request, '/accounts/logout/', 'Log out')}`
}
