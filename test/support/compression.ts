/**
 * Stands in for the package `compression` (1.8), where it is about to trouble others: it replaces `write`, `end`, `on`
 * and `writeHead` of the response, decides at the head, and takes the listeners of `drain` with it.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGzip, type Gzip } from 'node:zlib'

type Listener = (...given: unknown[]) => void

/** @param threshold smaller bodies whose length is known are left alone; bytes */
export function compression(threshold = 1024): (req: IncomingMessage, res: ServerResponse, next: () => void) => void {
  return (req, res, next) => {
    const { write, end, on, writeHead } = res
    let stream: Gzip | undefined
    let ended = false
    let decided = false
    let length: number | undefined
    let drains: [string, Listener][] | null = []

    const decide = (): void => {
      res.appendHeader('Vary', 'Accept-Encoding')
      const known = Number(res.getHeader('content-length') ?? length ?? Number.POSITIVE_INFINITY)
      const wanted = String(req.headers['accept-encoding'] ?? '').includes('gzip')
      const plain = res.hasHeader('content-encoding') || req.method === 'HEAD'
      const waiting = drains ?? []
      if (!wanted || plain || known < threshold) {
        drains = null
        for (const [type, listener] of waiting) Reflect.apply(on, res, [type, listener])
        return
      }
      const gzip = createGzip()
      stream = gzip
      for (const [type, listener] of waiting) gzip.on(type, listener)
      res.setHeader('Content-Encoding', 'gzip')
      res.removeHeader('Content-Length')
      gzip.on('data', (chunk: Buffer) => {
        if (Reflect.apply(write, res, [chunk]) === false) gzip.pause()
      })
      gzip.on('end', () => Reflect.apply(end, res, []))
      on.call(res, 'drain', () => gzip.resume())
    }

    res.writeHead = (...head: unknown[]): ServerResponse<IncomingMessage> => {
      if (!decided) {
        decided = true
        const [status, given] = head
        if (typeof status === 'number') res.statusCode = status
        for (const [name, value] of Object.entries((given as Record<string, string> | undefined) ?? {}))
          res.setHeader(name, value)
        decide()
        return Reflect.apply(writeHead, res, [res.statusCode])
      }
      return Reflect.apply(writeHead, res, head)
    }
    res.write = (chunk: unknown, ...given: unknown[]): boolean => {
      if (ended) return false
      if (!res.headersSent) res.writeHead(res.statusCode)
      return stream === undefined
        ? (Reflect.apply(write, res, [chunk, ...given]) as boolean)
        : stream.write(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    }
    res.end = (...given: unknown[]): ServerResponse<IncomingMessage> => {
      if (ended) return res
      const [chunk] = given
      if (!res.headersSent) {
        if (!res.hasHeader('content-length')) length = (chunk as string | Buffer | undefined)?.length ?? 0
        res.writeHead(res.statusCode)
      }
      if (stream === undefined) return Reflect.apply(end, res, given)
      ended = true
      if (chunk === undefined) stream.end()
      else stream.end(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      return res
    }
    res.on = ((type: string, listener: Listener): ServerResponse => {
      if (drains === null || type !== 'drain') return Reflect.apply(on, res, [type, listener])
      if (stream !== undefined) stream.on(type, listener)
      else drains.push([type, listener])
      return res
    }) as typeof on
    next()
  }
}
