/** Postern and a live Django on one MariaDB. */
import { noMysql } from '../support/mysql.ts'
import { djangoWith } from '../support/requirements.ts'
import { interop } from './cases.ts'
import { onMysql } from './two-sites.ts'

const skip = await noMysql()

interop(onMysql, skip === false ? djangoWith('MySQLdb') : { skip })
