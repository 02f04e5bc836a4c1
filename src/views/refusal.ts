/**
 * How a request is refused: a page for people and JSON for programs, with a stable code, the cause and, where
 * the application's author can do something, the cure.
 */
import type { Answer } from '../kernel/answer.ts'
import { html } from '../kernel/html.ts'
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
  readonly headers?: Readonly<Record<string, string>>
}

/** The answer that refuses. @param candid whether a page, too, shows the cure (development); JSON always does */
export function refuse(incoming: IncomingRequest, refusal: Refusal, candid: boolean): Answer {
  const base = wantsJson(incoming) ? jsonRefusal(refusal) : pageRefusal(refusal, candid)
  const own = Object.entries(refusal.headers ?? {})
  return { ...base, headers: [...base.headers, ['Cache-Control', 'private, no-store'], ...own] }
}

function jsonRefusal({ status, code, message, reason, cure }: Refusal): Answer {
  const error = { code, message, ...(reason === undefined ? {} : { reason }), ...(cure === undefined ? {} : { cure }) }
  return {
    status,
    headers: [
      ['Content-Type', 'application/json'],
      ['X-Content-Type-Options', 'nosniff'],
    ],
    body: JSON.stringify({ error }),
  }
}

function pageRefusal({ status, title, message, reason, cure }: Refusal, candid: boolean): Answer {
  const why = reason === undefined ? '' : html`<p class="muted">Reason: ${reason}</p>`
  const how = cure === undefined || !candid ? '' : html`<p class="muted">${cure}</p>`
  return pageLayout(title, '', html`<p>${message}</p>${why}${how}`, status)
}
