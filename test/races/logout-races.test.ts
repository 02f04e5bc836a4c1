/** The races of a logout with other requests, on every store in the box. */
import { DATABASES } from '../support/databases.ts'
import { logoutRaces } from './logout-races.ts'

for (const [name, open] of DATABASES) logoutRaces(name, open)
