/** What a handler gives to `writeHead`, in all the shapes that node:http takes (lib/_http_server.js, Node 24). */
import type { OutgoingHttpHeader, ServerResponse } from 'node:http'

/** Applies it as ordinary headers, so that others can still join them. @returns the status */
export function applyHead(response: ServerResponse, head: readonly unknown[]): number {
  const [status, reason, headers] = head
  if (typeof reason === 'string') response.statusMessage = reason
  const given = typeof reason === 'string' ? headers : (headers ?? reason)
  if (Array.isArray(given)) applyList(response, given)
  else if (typeof given === 'object' && given !== null) {
    for (const [name, value] of Object.entries(given)) {
      if (value !== undefined) response.setHeader(name, value as OutgoingHttpHeader)
    }
  }
  response.statusCode = status as number
  return status as number
}

/** A list of pairs, or of names and values in turn. What it names replaces what was there, and may repeat itself. */
function applyList(response: ServerResponse, given: readonly unknown[]): void {
  const flat = Array.isArray(given[0]) ? given.flat() : given
  const seen = new Set<string>()
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = String(flat[at])
    const value = flat[at + 1] as OutgoingHttpHeader
    if (seen.has(name.toLowerCase())) response.appendHeader(name, Array.isArray(value) ? value : String(value))
    else response.setHeader(name, value)
    seen.add(name.toLowerCase())
  }
}
