/** What Postern asks of a pool of connections, and the pool that it opens itself for an address. */
import { ConfigurationError } from '../../errors.ts'

/** What each query asks of either driver, over what its pool was told; what one of them does not know, it overlooks. */
export interface MysqlQueryOptions {
  readonly rowsAsArray: true
  readonly [option: string]: unknown
}

/** One statement as both drivers take it. */
export interface MysqlQuery extends MysqlQueryOptions {
  readonly sql: string
}

/** One connection, taken out of a pool. */
export interface MysqlConnection {
  /** Prepares the statement once for each connection: values never become part of its text. */
  execute(query: MysqlQuery, values: readonly unknown[]): Promise<unknown>
  query(sql: string): Promise<unknown>
  /** Gives it back. */
  release(): unknown
  /** It is of no use any more. */
  destroy(): unknown
}

/**
 * What Postern asks of a pool: `createPool(…)` of `mysql2`, `mysql2/promise` or `mariadb`, or any other with these methods. It
 * stays the application's: Postern does not close it.
 */
export interface MysqlPool {
  getConnection(...args: never[]): unknown
  /** The same pool with promises, where it has callbacks: `mysql2`. */
  promise?(): unknown
}

/** Connections, and how they are ended where they are Postern's own. */
export interface MysqlSource {
  connect(): Promise<MysqlConnection>
  close(): Promise<void>
}

/** Milliseconds until a new connection has to be there. */
export const CONNECT_TIMEOUT = 2000

/** The packages that open an address, in the order in which they are looked for; the other way round for `mariadb://`. */
const OPENERS: readonly (readonly [name: string, open: (url: URL, size: number) => Promise<OwnPool>])[] = [
  ['mysql2', openMysql2],
  ['mariadb', openMariadb],
]

interface OwnPool extends MysqlPool {
  end(): Promise<void>
}

/** The application's own pool. */
export function givenPool(pool: MysqlPool): MysqlSource {
  const lender = (typeof pool?.promise === 'function' ? pool.promise() : pool) as MysqlPool
  if (typeof lender?.getConnection !== 'function') {
    throw new ConfigurationError(
      'mysql() needs the address of a database, such as mysql("mysql://user@localhost/app"), or a pool that lends connections: ' +
        'an object with getConnection(), such as createPool() of the package mysql2 or mariadb. Statements that belong together need one.',
    )
  }
  return { connect: async () => checked(await lender.getConnection()), close: async () => {} }
}

/** A pool of Postern's own, opened with the first query. @param size connections at most */
export function ownedPool(address: string, size: number): MysqlSource {
  const url = parse(address)
  let opened: Promise<OwnPool> | undefined
  return {
    connect: async () => {
      opened ??= open(url, size)
      return checked(await (await opened).getConnection())
    },
    close: async () => (await opened?.catch(() => undefined))?.end(),
  }
}

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url !== undefined && /^(?:mysql|mariadb):$/.test(url.protocol) && url.pathname.length > 1) return url
  throw new ConfigurationError(
    'The address of a database on MariaDB or MySQL is mysql://user:password@host:3306/database, with the name of the database.',
  )
}

function checked(connection: unknown): MysqlConnection {
  const { execute, query, release, destroy } = (connection ?? {}) as Partial<MysqlConnection>
  for (const method of [execute, query, release, destroy]) {
    if (typeof method === 'function') continue
    throw new ConfigurationError(
      'The pool that mysql() was given lends no connections with execute(), query(), release() and destroy() that answer with ' +
        'promises. Make it with createPool() of mysql2, mysql2/promise or mariadb.',
    )
  }
  return connection as MysqlConnection
}

async function open(url: URL, size: number): Promise<OwnPool> {
  for (const [name, opener] of url.protocol === 'mariadb:' ? OPENERS.toReversed() : OPENERS) {
    try {
      return await opener(url, size)
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException
      if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error
    }
  }
  throw new ConfigurationError('mysql() with an address needs the package mysql2 or mariadb: run `npm install mysql2`.')
}

async function openMysql2(url: URL, size: number): Promise<OwnPool> {
  const { createPool } = await import('mysql2/promise')
  // What the address says of itself goes on to the driver.
  const uri = new URL(url)
  uri.protocol = 'mysql:'
  return createPool({
    uri: uri.href,
    connectionLimit: size,
    connectTimeout: CONNECT_TIMEOUT,
    charset: 'utf8mb4',
    jsonStrings: true,
  }) as unknown as OwnPool
}

async function openMariadb(url: URL, size: number): Promise<OwnPool> {
  const { createPool } = await import('mariadb')
  const options = Object.fromEntries(url.searchParams)
  const pool = createPool({
    ...options,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    connectionLimit: size,
    // One is enough where nobody asks.
    minimumIdle: 1,
    connectTimeout: CONNECT_TIMEOUT,
    acquireTimeout: CONNECT_TIMEOUT,
    initializationTimeout: CONNECT_TIMEOUT,
    charset: 'utf8mb4',
  })
  // It tells of connections that could not be made; whoever waits for one hears of it.
  pool.on('error' as 'connection', () => {})
  return pool as unknown as OwnPool
}
