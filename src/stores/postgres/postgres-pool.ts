/** What Postern asks of a pool of connections, and the pool that it opens itself for an address. */
import { ConfigurationError } from '../../errors.ts'

/** One query as `pg` takes it. */
export interface PostgresQuery {
  readonly text: string
  readonly values: readonly unknown[]
  /** A statement of this name is parsed once for each connection. */
  readonly name?: string
  readonly rowMode: 'array'
  readonly types: { getTypeParser(oid: number): (text: string) => unknown }
}

/** What came of a query. */
export interface PostgresResult {
  readonly rows: readonly unknown[]
  readonly rowCount: number | null
}

/** One connection, taken out of a pool. */
export interface PostgresConnection {
  query(query: string | PostgresQuery, values?: readonly unknown[]): Promise<PostgresResult>
  /** Gives it back. @param destroy it is of no use any more, and has to be closed: something may still be asked of it */
  release(destroy?: boolean): void
  /** `I` outside of a transaction (`pg` 8.23 and newer). */
  getTransactionStatus?(): string | null
  on?(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * What Postern asks of a pool: `new Pool(…)` of `pg`, or any other with these methods whose connections have
 * `query(text, values)`. It stays the application's: Postern does not close it.
 */
export interface PostgresPool {
  connect(): Promise<unknown>
  on?(event: 'error', listener: (error: Error) => void): unknown
}

/** Connections, and how they are ended where they are Postern's own. */
export interface PostgresSource {
  connect(): Promise<PostgresConnection>
  close(): Promise<void>
}

/** Milliseconds that a request waits for a connection: as long as for a store by default (`storeTimeout`). */
export const CONNECT_TIMEOUT = 2000

/** The application's own pool. */
export function givenPool(pool: PostgresPool): PostgresSource {
  if (typeof pool?.connect !== 'function') {
    throw new ConfigurationError(
      'postgres() needs the address of a database, such as postgres("postgres://user@localhost/app"), or a pool that lends ' +
        'connections: an object with connect(), such as new Pool() of the package pg. Statements that belong together need one.',
    )
  }
  // Without listeners a connection that breaks, as all do when the server restarts, would end the process.
  pool.on?.('error', ignore)
  const known = new WeakSet<PostgresConnection>()
  const connect = async (): Promise<PostgresConnection> => {
    const connection = (await pool.connect()) as PostgresConnection
    if (!known.has(connection)) connection.on?.('error', ignore)
    known.add(connection)
    if ((connection.getTransactionStatus?.() ?? 'I') === 'I') return connection
    // What is read in somebody else's transaction may be old, and what is written goes with it.
    connection.release(true)
    process.emitWarning(
      'The application gave a connection back to its pool in the midst of a transaction; Postern has closed it. COMMIT or ROLLBACK ' +
        'before release(), also where something throws.',
      'PosternWarning',
    )
    return connect()
  }
  return { connect, close: async () => {} }
}

/** Whoever waits for an answer of the connection hears of it. */
function ignore(): void {}

/** A pool of Postern's own, opened by the package `pg` with the first query. @param size connections at most */
export function ownedPool(url: string, size: number): PostgresSource {
  let opened: Promise<PostgresSource> | undefined
  const open = async (): Promise<PostgresSource> => {
    const { default: pg } = await importPg()
    const pool = new pg.Pool({
      connectionString: url,
      max: size,
      connectionTimeoutMillis: CONNECT_TIMEOUT,
      keepAlive: true,
      application_name: 'postern',
    })
    return { connect: givenPool(pool).connect, close: () => pool.end() }
  }
  return {
    connect: async () => {
      opened ??= open()
      return (await opened).connect()
    },
    close: async () => (await opened?.catch(() => undefined))?.close(),
  }
}

async function importPg(): Promise<typeof import('pg')> {
  try {
    return await import('pg')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ConfigurationError('postgres() with an address needs the package pg: run `npm install pg`.', error)
  }
}
