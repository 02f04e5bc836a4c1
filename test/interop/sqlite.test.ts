/** Postern and a live Django on one SQLite file. */
import { django } from '../support/requirements.ts'
import { interop } from './cases.ts'
import { onSqlite } from './two-sites.ts'

interop(onSqlite, django())
