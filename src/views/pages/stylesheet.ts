/** The one small stylesheet of the built-in pages: readable on a phone, light and dark. */
import { createHash } from 'node:crypto'

export const STYLESHEET = `
:root { color-scheme: light dark; --ink: #1b1f24; --muted: #59636e; --paper: #f6f7f9; --card: #fff; --line: #d5dae1; --accent: #0b6b53; --on-accent: #fff; --bad: #a11d2b; --bad-paper: #fdeef0 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --muted: #9aa5b1; --paper: #14171b; --card: #1d2126; --line: #343b44; --accent: #46c9a3; --on-accent: #06231b; --bad: #ff9aa5; --bad-paper: #33191d } }
* { box-sizing: border-box }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--ink); background: var(--paper); overflow-wrap: anywhere }
header, main, footer { width: 100%; max-width: 26rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2rem; font-weight: 650 }
header a { color: inherit; text-decoration: none }
main { flex: 1; padding-top: 1rem; padding-bottom: 2rem }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.5rem }
h1 { margin: 0 0 1rem; font-size: 1.4rem; line-height: 1.25 }
p { margin: 0 0 1rem } p:last-child { margin-bottom: 0 }
label { display: block; margin-bottom: .25rem; font-weight: 550 }
input[type=text], input[type=password], input[type=email] { width: 100%; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem }
input:focus-visible, button:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.field { margin-bottom: 1rem }
button, .button { display: inline-block; padding: .6rem 1.1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: .5rem; cursor: pointer; text-decoration: none }
form button { width: 100% }
a { color: var(--accent) }
.aside { margin: 1rem 0 0 }
.muted, .helptext { color: var(--muted) }
.helptext { margin-top: .35rem; font-size: .9rem }
.helptext ul { margin: 0; padding-left: 1.1rem }
.errorlist { margin: 0 0 1rem; padding: .6rem .9rem; list-style: none; color: var(--bad); background: var(--bad-paper); border-radius: .5rem }
.field .errorlist { margin-bottom: .5rem }
.errorlist li + li { margin-top: .35rem }
.messages { margin: 0 0 1rem; padding: .6rem .9rem; list-style: none; border: 1px solid var(--line); border-radius: .5rem }
.messages .error { color: var(--bad) }
code { font: .9em ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere }
`

/** The source of `style-src` that lets this stylesheet in and no other. */
export const STYLESHEET_SOURCE: string = `'sha256-${createHash('sha256').update(STYLESHEET).digest('base64')}'`
