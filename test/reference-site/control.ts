/** The control endpoints for a scenario runner, `/__test__/<name>/`. They exist on this site alone. */
import { DatabaseSync } from 'node:sqlite'
import { csrfExempt, json, type Postern, type View } from '../../src/index.ts'
import type { Engine } from './engines.ts'
import { install } from './fixtures.ts'
import { sent } from './outbox.ts'
import { databasePath, engineName, messageStorage, settings } from './settings.ts'

type Body = Readonly<Record<string, unknown>>
type Control = (body: Body) => unknown

/**
 * What is about rows is about rows with every engine, as on the Django site: a session that is in no table has none.
 * @param auth the site's Postern, known once it is made
 */
export function controlView(auth: () => Postern, engine: Engine): View {
  let opened: DatabaseSync | undefined
  const sql = (): DatabaseSync => {
    opened ??= new DatabaseSync(databasePath, { timeout: 5000 })
    return opened
  }
  const stored = (key: unknown): string => auth().sessions.storedKey(String(key))
  const count = (): unknown => sql().prepare('SELECT count(*) AS n FROM django_session').get()?.n

  const controls: Readonly<Record<string, Control>> = {
    info: () => ({
      impl: 'postern',
      version: '0.1.0',
      engine: engineName,
      sessions_in: engine.place,
      csrf_use_sessions: settings.csrf.useSessions,
      save_every_request: settings.session.saveEveryRequest,
      expire_at_browser_close: settings.session.expireAtBrowserClose,
      message_storage: messageStorage.split('.')[0],
      logout_redirect_url: settings.logoutRedirectUrl,
    }),
    reset: async () => {
      await auth().settled()
      sent.length = 0
      await engine.clear()
      sql().exec('DELETE FROM django_session; DELETE FROM postern_session')
      await install(auth(), sql())
      return {}
    },
    // A mail is sent behind the answer.
    outbox: async () => {
      await auth().settled()
      return { mail: sent }
    },
    'session-exists': async ({ key }) => {
      const { store } = auth().sessions
      // Django's engine finds none that is in a cookie.
      const looks = store.cookies === undefined
      return { exists: looks && (await store.exists(stored(key), engine.findsExpired ? 0 : Date.now())) }
    },
    // What an operator's SQL does: neither the index nor a cache is told.
    'session-delete': ({ key }) => {
      sql().prepare('DELETE FROM django_session WHERE session_key = ?').run(stored(key))
      return {}
    },
    'session-expire': ({ key }) => {
      sql()
        .prepare("UPDATE django_session SET expire_date = '2001-01-01 00:00:00' WHERE session_key = ?")
        .run(stored(key))
      return {}
    },
    'session-count': () => ({ count: count() }),
    'clear-expired': async () => {
      await auth().sessions.store.clearExpired(Date.now())
      return { count: count() }
    },
    user: (body) => changeUser(auth(), sql(), body),
    'session-payload': (body) => changePayload(auth(), body),
  }

  return csrfExempt(async (request, { name = '' }) => {
    const control = controls[name]
    if (control === undefined) return json({ error: `no control ${name}` }, 404)
    const body =
      Number(request.incoming.header('content-length') ?? 0) > 0 ? ((await request.incoming.json()) as Body) : {}
    return json({ ok: true, ...((await control(body)) as object) })
  })
}

async function changeUser(auth: Postern, sql: DatabaseSync, body: Body): Promise<object> {
  const user = await auth.users.findByUsername(String(body.username))
  if (user === null) throw new Error(`no user ${body.username}`)
  const id = String(user.id)
  if (body.delete === true) {
    await auth.groups.set(user, [])
    await auth.permissions.set(user, [])
    sql.exec(`DELETE FROM auth_user WHERE id = ${id}`)
    return {}
  }
  await auth.users.update(id, {
    ...(typeof body.is_active === 'boolean' ? { isActive: body.is_active } : {}),
    ...(typeof body.is_superuser === 'boolean' ? { isSuperuser: body.is_superuser } : {}),
    ...(typeof body.email === 'string' ? { email: body.email } : {}),
    ...(body.password === undefined ? {} : { password: await auth.passwords.make(body.password as string | null) }),
  })
  const now = await auth.users.findById(id)
  return { last_login: now?.lastLogin?.toISOString() ?? null, password_prefix: now?.password.split('$')[0] }
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  _auth_user_id: 'user',
  _auth_user_backend: 'backend',
  _auth_user_hash: 'hash',
}

/** Raw access to what is stored, for fixation and tampering: whose session it is in the index stays. */
async function changePayload(auth: Postern, body: Body): Promise<object> {
  const { payloads, store, storedKey } = auth.sessions
  const key = storedKey(String(body.key))
  const now = Date.now()
  const stored = await store.load(key, now)
  const values = new Map(Object.entries(JSON.parse(payloads.decode(stored?.data ?? '')?.json ?? '{}')))
  for (const [name, value] of Object.entries((body.set ?? {}) as object)) values.set(name, value)
  for (const name of (body.remove ?? []) as string[]) values.delete(name)
  if (stored !== null) {
    const { expires, userId = null } = stored
    await store.update(key, { data: payloads.encode(values as never, now), expires, userId }, now)
  }
  const has = [...values.keys()].filter((name) => !name.startsWith('_postern_'))
  return { has: has.map((name) => SHORT_NAMES[name] ?? name).sort() }
}
