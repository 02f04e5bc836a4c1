/** Whether a program asks rather than a person (RFC 9110, section 12.5.1). */
import { isJson } from './forms.ts'
import type { IncomingRequest } from './incoming-request.ts'

/** By what the client accepts, sends, or says of itself; a browser's page load always accepts HTML. */
export function wantsJson(incoming: Pick<IncomingRequest, 'header'>): boolean {
  const accept = incoming.header('accept') ?? ''
  if (accept.includes('text/html')) return false
  if (accept.includes('json')) return true
  return isJson(incoming.header('content-type')) || incoming.header('x-requested-with') === 'XMLHttpRequest'
}
