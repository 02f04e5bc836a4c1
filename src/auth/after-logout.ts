/** What follows a logout that is true already: it is noted, and mailed if the site wants that. None of it can undo or delay it. */
import { eventRecord } from '../audit/event-record.ts'
import type { SendMail } from '../kernel/mail.ts'
import type { User } from '../users/user.ts'
import type { AuthRequest } from './auth-request.ts'
import type { LogoutMail } from './logout-mail.ts'

/** Begins it; the answer waits for the note, but not for the mail. */
export function afterLogout<U extends User>(request: AuthRequest<U>, user: U): void {
  const { pending, logoutMail, sendMail } = request.context
  pending.add(recordLogout(request, user), request.incoming)
  if (logoutMail !== undefined && sendMail !== undefined) pending.add(mailLogout(request, user, logoutMail, sendMail))
}

async function recordLogout<U extends User>({ context, incoming }: AuthRequest<U>, user: U): Promise<void> {
  const now = context.sessions.now()
  try {
    await context.accounts.recordLogout(String(user.id), now)
  } catch (error) {
    context.audit.failed('last_logout', eventRecord('user_logged_out', { user, incoming }, now), error)
  }
}

async function mailLogout<U extends User>(
  request: AuthRequest<U>,
  user: U,
  write: LogoutMail<U>,
  sendMail: SendMail,
): Promise<void> {
  let subject = ''
  try {
    const mail = await write(user, request)
    if (mail === null) return
    subject = mail.subject
    await sendMail(mail)
  } catch (error) {
    request.context.announce('mail_failed', { user, subject, error })
  }
}
