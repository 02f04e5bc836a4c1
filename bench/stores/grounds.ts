/** Places on the servers of this machine for a benchmark alone; all of them go at its end. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { Client } from 'pg'
import { createClient } from 'redis'

export const HOUR = 3_600_000
/** As long as the data of a session that somebody is logged in to. */
export const sessionData: string = 'x'.repeat(220)

const POSTGRES_URL = process.env.POSTGRES_URL || 'postgres://postgres@127.0.0.1:5432/postgres'
const MYSQL_URL = process.env.MYSQL_URL || 'mysql://root@127.0.0.1:3306'
const REDIS_URL = process.env.REDIS_URL || 'redis://127.0.0.1:6379'

export class Ground {
  readonly #endings: (() => unknown)[] = []

  /** The address of an empty schema. */
  async postgres(): Promise<string> {
    const schema = `postern_bench_${randomUUID().replaceAll('-', '')}`
    const admin = new Client(POSTGRES_URL)
    await admin.connect()
    await admin.query(`CREATE SCHEMA ${schema}`)
    this.#endings.push(async () => {
      await admin.query(`SET client_min_messages = warning; DROP SCHEMA ${schema} CASCADE`)
      await admin.end()
    })
    const url = new URL(POSTGRES_URL)
    url.searchParams.set('options', `-c search_path=${schema}`)
    return url.href
  }

  /** The address of an empty database. */
  async mysql(): Promise<string> {
    const name = `postern_bench_${randomUUID().replaceAll('-', '')}`
    const admin = await createConnection(MYSQL_URL)
    await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
    this.#endings.push(async () => {
      await admin.query(`DROP DATABASE ${name}`)
      await admin.end()
    })
    const url = new URL(MYSQL_URL)
    url.pathname = `/${name}`
    return url.href
  }

  /** A prefix that nothing in Redis has. */
  async redis(): Promise<{ readonly url: string; readonly prefix: string }> {
    const prefix = `postern-bench-${randomUUID()}:`
    this.#endings.push(async () => {
      const client = await createClient({ url: REDIS_URL }).connect()
      for await (const names of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 5000 })) {
        if (names.length > 0) await client.unlink(names)
      }
      client.destroy()
    })
    return { url: REDIS_URL, prefix }
  }

  /** A folder on this machine's disk. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'postern-bench-'))
    this.#endings.push(() => rmSync(folder, { recursive: true }))
    return folder
  }

  async leave(): Promise<void> {
    for (const ending of this.#endings.reverse()) await ending()
    this.#endings.length = 0
  }
}
