/** The smallest bridge from node:http to a fetch handler, to try `handle(Request)` with sockets. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'

type Handle = (request: Request, address: string) => Promise<Response>

export function fetchListener(handle: Handle): RequestListener {
  return (req, res) => {
    const url = `http://${req.headers.host ?? ''}${req.url}`
    // What cannot be a URL cannot be a Request: a fetch runtime refuses it before any handler sees it.
    if (!URL.canParse(url) || new URL(url).username !== '') res.writeHead(400).end('Bad Request')
    else answer(handle, url, req, res).catch((error) => res.writeHead(500).end(String(error)))
  }
}

async function answer(handle: Handle, url: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const headers = new Headers()
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
    headers.append(req.rawHeaders[at] ?? '', req.rawHeaders[at + 1] ?? '')
  }
  const method = req.method ?? 'GET'
  const bodiless = method === 'GET' || method === 'HEAD'
  const body = bodiless ? {} : { body: Readable.toWeb(req) as ReadableStream, duplex: 'half' as const }
  const response = await handle(new Request(url, { method, headers, ...body }), req.socket.remoteAddress ?? '')
  res.writeHead(response.status, [...response.headers].flat())
  res.end(Buffer.from(await response.arrayBuffer()))
}
