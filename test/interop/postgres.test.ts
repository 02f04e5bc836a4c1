/** Postern and a live Django on one PostgreSQL. */
import { noPostgres } from '../support/postgres.ts'
import { djangoWith } from '../support/requirements.ts'
import { interop } from './cases.ts'
import { onPostgres } from './two-sites.ts'

const skip = await noPostgres()

interop(onPostgres, skip === false ? djangoWith('psycopg2') : { skip })
