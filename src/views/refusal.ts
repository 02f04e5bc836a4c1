/**
 * How a request is refused: a page for people and JSON for programs, with a stable code, the cause and, where
 * the application's author can do something, the cure.
 */
import type { Explanation } from '../auth/explain.ts'
import type { Answer } from '../kernel/answer.ts'
import { html, type SafeHtml } from '../kernel/html.ts'
import type { IncomingRequest } from '../kernel/incoming-request.ts'
import { wantsJson } from '../kernel/wants-json.ts'
import { pageLayout } from './pages/page-layout.ts'

/** Why a request is refused. */
export interface Refusal {
  readonly status: number
  /** A short stable word for programs: `csrf`, `host`, `store_unavailable`. */
  readonly code: string
  readonly title: string
  /** What happened, for the visitor. */
  readonly message: string
  /** What was found wrong, for the application's author. */
  readonly reason?: string | undefined
  /** What to do about it, for the application's author. */
  readonly cure?: string | undefined
  /** Its number in docs/checks.md. */
  readonly check?: string | undefined
  /** Who asked, as far as that matters; told in development alone. */
  readonly explanation?: Pick<Explanation, 'reason' | 'message' | 'cure'> | undefined
  readonly headers?: Readonly<Record<string, string>>
}

/** The answer that refuses. @param candid whether a page, too, shows the cure (development); JSON always does */
export function refuse(incoming: IncomingRequest, refusal: Refusal, candid: boolean): Answer {
  const base = wantsJson(incoming) ? jsonRefusal(refusal, candid) : pageRefusal(refusal, candid)
  const own = Object.entries(refusal.headers ?? {})
  return { ...base, headers: [...base.headers, ['Cache-Control', 'private, no-store'], ...own] }
}

function jsonRefusal({ status, code, message, reason, cure, check, explanation }: Refusal, candid: boolean): Answer {
  const error = { code, message, ...defined({ reason, cure, check, explanation: candid ? explanation : undefined }) }
  return {
    status,
    headers: [
      ['Content-Type', 'application/json'],
      ['X-Content-Type-Options', 'nosniff'],
    ],
    body: JSON.stringify({ error }),
  }
}

function defined(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function pageRefusal({ status, title, message, reason, cure, check, explanation }: Refusal, candid: boolean): Answer {
  const why = reason === undefined ? '' : html`<p class="muted">Reason: ${reason}</p>`
  return pageLayout(
    title,
    '',
    html`<p>${message}</p>${why}${candid ? forTheAuthor(cure, check, explanation) : ''}`,
    status,
  )
}

/** What is for whoever writes the application, in development. */
function forTheAuthor(cure: Refusal['cure'], check: Refusal['check'], explanation: Refusal['explanation']): SafeHtml {
  const told = [cure, explanation?.message, explanation?.cure].filter((text) => text !== undefined)
  return html`${told.map((text) => html`<p class="muted">${text}</p>`)}${check === undefined ? '' : html`<p class="muted"><code>${check}</code>, see docs/checks.md</p>`}`
}
