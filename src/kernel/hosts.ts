/**
 * What a Host header may be and which hosts are ours.
 * Mirrors `split_domain_port` and `validate_host` of django/http/request.py and `is_same_domain` of
 * django/utils/http.py (5.2); RFC 9110 section 7.2.
 */

const HOST = /^([a-z0-9.-]+|\[[a-f0-9]*:[a-f0-9.:]+\])(?::([0-9]+))?$/

/**
 * Splits a Host header into the domain, in lower case and without a dot at its end, and the port, `''` if there is none.
 * @returns null when it cannot be the name of a host
 */
export function splitHost(host: string): { domain: string; port: string } | null {
  const match = HOST.exec(host.toLowerCase())
  if (match === null) return null
  const [, name = '', port = ''] = match
  const domain = name.endsWith('.') ? name.slice(0, -1) : name
  return domain === '' ? null : { domain, port }
}

/**
 * Whether a Host header, with or without a port, is one of the allowed hosts.
 * @param allowed as Django's ALLOWED_HOSTS: `example.com`, `.example.com` with all its subdomains, `*` for any
 */
export function hostIsAllowed(host: string, allowed: readonly string[]): boolean {
  const parts = splitHost(host)
  if (parts === null) return false
  for (const pattern of allowed) {
    if (pattern === '*' || isSameDomain(parts.domain, pattern)) return true
  }
  return false
}

/**
 * Whether a host is the one of the pattern, or lies under it where the pattern begins with a dot.
 * @param host in lower case, as Django expects it
 */
export function isSameDomain(host: string, pattern: string): boolean {
  if (pattern === '') return false
  const lower = pattern.toLowerCase()
  return lower === host || (lower.startsWith('.') && (host.endsWith(lower) || host === lower.slice(1)))
}
