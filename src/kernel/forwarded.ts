/**
 * What proxies say of a request: X-Forwarded-Proto and X-Forwarded-For. Each proxy adds what it saw at the end of the list,
 * so that only the last `proxies` entries come from one's own; everything before them anybody can make up.
 */

import { isIP } from 'node:net'

const WITH_PORT = /^(?:\[([^\]]*)\](?::\d+)?|([\d.]+):\d+)$/

/** @returns undefined without proxies or without the header */
export function forwardedScheme(header: string | undefined, proxies: number): 'http' | 'https' | undefined {
  const claimed = entry(header, proxies)
  return claimed === undefined ? undefined : claimed.toLowerCase() === 'https' ? 'https' : 'http'
}

/** The client's address, without brackets and port. @returns undefined without proxies, without the header, and where it has no address */
export function forwardedAddress(header: string | undefined, proxies: number): string | undefined {
  const claimed = entry(header, proxies)
  if (claimed === undefined) return undefined
  const [, six, four] = WITH_PORT.exec(claimed) ?? []
  const address = six ?? four ?? claimed
  return isIP(address) === 0 ? undefined : address
}

function entry(header: string | undefined, proxies: number): string | undefined {
  if (proxies === 0 || header === undefined) return undefined
  const entries = header.split(',')
  return entries[Math.max(0, entries.length - proxies)]?.trim()
}
