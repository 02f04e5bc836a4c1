/** The smallest bridge from node:http to a fetch handler, to try `handle(Request)` with sockets. */
import type { RequestListener } from 'node:http'
import { Readable } from 'node:stream'

export function fetchListener(handle: (request: Request, address: string) => Promise<Response>): RequestListener {
  return (req, res) => {
    const headers = new Headers()
    for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
      headers.append(req.rawHeaders[at] ?? '', req.rawHeaders[at + 1] ?? '')
    }
    const method = req.method ?? 'GET'
    const bodiless = method === 'GET' || method === 'HEAD'
    const body = bodiless ? {} : { body: Readable.toWeb(req) as ReadableStream, duplex: 'half' as const }
    const url = `http://${req.headers.host ?? 'localhost'}${req.url}`
    new Promise<Response>((resolve) =>
      resolve(handle(new Request(url, { method, headers, ...body }), req.socket.remoteAddress ?? '')),
    )
      .then(async (response) => {
        res.writeHead(response.status, [...response.headers].flat())
        res.end(Buffer.from(await response.arrayBuffer()))
      })
      .catch((error) => {
        console.error(error)
        res.writeHead(500).end('Internal Server Error')
      })
  }
}
