/**
 * Postern in German. What Django says, too, follows Django's own German catalogs (contrib/auth, contrib/admin and the
 * core, 5.2).
 */
import type { Catalog } from '../kernel/text.ts'

export const GERMAN: Catalog = {
  // What may be wrong with a form
  'This field is required.': 'Dieses Feld ist zwingend erforderlich.',
  'Enter a valid email address.': 'Bitte gültige E-Mail-Adresse eingeben.',
  'Null characters are not allowed.': 'Nullzeichen sind nicht erlaubt.',
  'Ensure this value has at most %(limit_value)d character (it has %(show_value)d).': [
    'Bitte sicherstellen, dass der Wert aus höchstens %(limit_value)d Zeichen besteht. (Er besteht aus %(show_value)d Zeichen.)',
    'Bitte sicherstellen, dass der Wert aus höchstens %(limit_value)d Zeichen besteht. (Er besteht aus %(show_value)d Zeichen.)',
  ],
  'Please correct the errors below.': 'Bitte die unten aufgeführten Fehler korrigieren.',
  'Please enter a correct username and password. Note that both fields may be case-sensitive.':
    'Bitte Benutzername und Passwort eingeben. Beide Felder berücksichtigen die Groß-/Kleinschreibung.',
  'Please enter a correct email address and password. Note that both fields may be case-sensitive.':
    'Bitte E-Mail-Adresse und Passwort eingeben. Beide Felder berücksichtigen die Groß-/Kleinschreibung.',

  'Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.':
    'Bitte einen gültigen Benutzernamen eingeben, bestehend aus Buchstaben, Ziffern und @/./+/-/_.',
  'Enter a valid username. This value may contain only unaccented lowercase a-z and uppercase A-Z letters, numbers, and @/./+/-/_ characters.':
    'Bitte einen gültigen Benutzernamen eingeben, bestehend aus kleinen und großen Buchstaben (A-Z, a-z, ohne Sonderzeichen), Ziffern und @/./+/-/_.',
  'This account is inactive.': 'Dieser Benutzer ist inaktiv.',
  'The two password fields didn’t match.': 'Die beiden Passwörter sind nicht identisch.',
  'Your old password was entered incorrectly. Please enter it again.':
    'Das alte Passwort war falsch. Bitte neu eingeben.',

  // Fields
  Username: 'Benutzername',
  Password: 'Passwort',
  Email: 'E-Mail-Adresse',
  'Old password': 'Altes Passwort',
  'New password': 'Neues Passwort',
  'New password confirmation': 'Neues Passwort bestätigen',
  'Enter the same password as before, for verification.': 'Bitte dasselbe Passwort zur Bestätigung erneut eingeben.',

  // What a password has to be, and what may be wrong with one
  'Your password can’t be too similar to your other personal information.':
    'Das Passwort darf nicht zu ähnlich zu anderen persönlichen Informationen sein.',
  'The password is too similar to the %(verbose_name)s.': 'Das Passwort ist zu ähnlich zu %(verbose_name)s.',
  username: 'Benutzername',
  'first name': 'Vorname',
  'last name': 'Nachname',
  'email address': 'E-Mail-Adresse',
  'Your password must contain at least %(min_length)d character.': [
    'Das Passwort muss mindestens %(min_length)d Zeichen enthalten.',
    'Das Passwort muss mindestens %(min_length)d Zeichen enthalten.',
  ],
  'This password is too short. It must contain at least %d character.': [
    'Dieses Passwort ist zu kurz. Es muss mindestens %d Zeichen enthalten.',
    'Dieses Passwort ist zu kurz. Es muss mindestens %d Zeichen enthalten.',
  ],
  'Your password can’t be a commonly used password.': 'Das Passwort darf nicht allgemein üblich sein.',
  'This password is too common.': 'Dieses Passwort ist zu üblich.',
  'Your password can’t be entirely numeric.': 'Das Passwort darf nicht komplett aus Ziffern bestehen.',
  'This password is entirely numeric.': 'Dieses Passwort ist komplett numerisch.',
  'Your password can’t be one that is known from a data breach.':
    'Das Passwort darf keines sein, das aus einem Datenleck bekannt ist.',
  'This password is known from a data breach.': 'Dieses Passwort ist aus einem Datenleck bekannt.',
  'This password could not be looked up among those known from data breaches. Try again later.':
    'Dieses Passwort konnte nicht unter denen nachgeschlagen werden, die aus Datenlecks bekannt sind. Bitte später erneut versuchen.',
  'This password is too long.': 'Dieses Passwort ist zu lang.',
  'This password has characters in it that are none.': 'In diesem Passwort sind Zeichen, die keine sind.',

  // Logging in and out
  'Log in': 'Anmelden',
  'Log in again': 'Erneut anmelden',
  'Logged out': 'Abgemeldet',
  'You are logged out on this device. This session has ended on the server, so no copy of its cookie works any more.':
    'Sie sind auf diesem Gerät abgemeldet. Die Sitzung ist auf dem Server beendet, sodass auch keine Kopie ihres Cookies mehr gilt.',
  'Nothing happened': 'Nichts ist geschehen',
  'Logging out takes the button on the site’s pages: an address alone, in a link or an image, must not do it. You are still logged in if you were.':
    'Zum Abmelden gehört der Knopf auf den Seiten der Website: Eine Adresse allein, in einem Link oder einem Bild, darf es nicht bewirken. Wer angemeldet war, ist es noch.',
  'To the home page': 'Zur Startseite',
  'Forgotten your password?': 'Passwort vergessen?',

  // Changing a password
  'Password change': 'Passwort ändern',
  'Please enter your old password, for security’s sake, and then enter your new password twice so we can verify you typed it in correctly.':
    'Aus Sicherheitsgründen bitte zuerst das alte Passwort und darunter dann zweimal das neue Passwort eingeben, um sicherzustellen, dass es korrekt eingegeben wurde.',
  'Change my password': 'Mein Passwort ändern',
  'Password change successful': 'Passwort erfolgreich geändert',
  'Your password was changed.': 'Ihr Passwort wurde geändert.',

  // Resetting a password
  'Password reset': 'Passwort zurücksetzen',
  'Forgotten your password? Enter your email address below, and we’ll email instructions for setting a new one.':
    'Passwort vergessen? Einfach die E-Mail-Adresse unten eingeben und den Anweisungen zum Zurücksetzen des Passworts in der E-Mail folgen.',
  'Reset my password': 'Mein Passwort zurücksetzen',
  'Password reset sent': 'E-Mail zum Zurücksetzen des Passworts abgesendet',
  'We’ve emailed you instructions for setting your password, if an account exists with the email you entered. You should receive them shortly.':
    'Wir haben eine E-Mail zum Zurücksetzen des Passworts an die angegebene E-Mail-Adresse gesendet, sofern ein entsprechendes Konto existiert. Sie sollte in Kürze ankommen.',
  'If you don’t receive an email, please make sure you’ve entered the address you registered with, and check your spam folder.':
    'Falls die E-Mail nicht angekommen sein sollte, bitte die E-Mail-Adresse auf Richtigkeit und gegebenenfalls den Spam-Ordner überprüfen.',
  'Enter new password': 'Neues Passwort eingeben',
  'Please enter your new password twice so we can verify you typed it in correctly.':
    'Bitte geben Sie Ihr neues Passwort zweimal ein, damit wir überprüfen können, ob es richtig eingetippt wurde.',
  'Password reset unsuccessful': 'Passwort nicht erfolgreich zurückgesetzt',
  'The password reset link was invalid, possibly because it has already been used.  Please request a new password reset.':
    'Der Link zum Zurücksetzen Ihres Passworts ist ungültig, wahrscheinlich weil er schon einmal benutzt wurde. Bitte setzen Sie Ihr Passwort erneut zurück.',
  'Request a new link': 'Neuen Link anfordern',
  'Password reset complete': 'Zurücksetzen des Passworts abgeschlossen',
  'Your password has been set.  You may go ahead and log in now.':
    'Ihr Passwort wurde zurückgesetzt. Sie können sich nun anmelden.',

  // The mail of a reset
  'Password reset on %(site_name)s': 'Passwort auf %(site_name)s zurücksetzen',
  "You're receiving this email because you requested a password reset for your user account at %(site_name)s.":
    'Diese E-Mail wurde aufgrund einer Anfrage zum Zurücksetzen des Passworts auf der Website %(site_name)s versendet.',
  'Please go to the following page and choose a new password:':
    'Bitte öffnen Sie folgende Seite, um Ihr neues Passwort einzugeben:',
  'In case you’ve forgotten, you are:': 'Falls Sie es vergessen haben, Ihr Benutzername lautet:',
  'Thanks for using our site!': 'Vielen Dank, dass Sie unsere Website benutzen!',
  'The %(site_name)s team': 'Das Team von %(site_name)s',

  // Showing the password once more
  'Confirm that it is you': 'Bitte bestätigen Sie, dass Sie es sind',
  'You are logged in as %(username)s. Enter your password once more to go on.':
    'Sie sind als %(username)s angemeldet. Geben Sie Ihr Passwort noch einmal ein, um fortzufahren.',
  'You are logged in as %(username)s, without a password of this site. Log in again to go on.':
    'Sie sind als %(username)s angemeldet, ohne ein Passwort dieser Website. Melden Sie sich erneut an, um fortzufahren.',
  'Your password was entered incorrectly. Please enter it again.':
    'Ihr Passwort war nicht korrekt. Bitte geben Sie es erneut ein.',
  'Go on': 'Weiter',

  // Making an account
  'Create an account': 'Konto anlegen',
  'No email to confirm your address? Send it again':
    'Keine E-Mail zur Bestätigung der Adresse bekommen? Noch einmal senden',
  'You have an account already? Log in': 'Sie haben schon ein Konto? Anmelden',
  'Email address': 'E-Mail-Adresse',
  'Password confirmation': 'Passwort bestätigen',
  'Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.':
    'Erforderlich. 150 Zeichen oder weniger. Nur Buchstaben, Ziffern und @/./+/-/_.',
  'A user with that username already exists.': 'Dieser Benutzername ist bereits vergeben.',
  Welcome: 'Willkommen',
  'Your account has been made. You can log in now.': 'Ihr Konto ist angelegt. Sie können sich nun anmelden.',
  'Please look into your mailbox': 'Bitte sehen Sie in Ihr Postfach',
  'We have sent an email to the address that you entered. Open the link in it to go on. It should arrive shortly.':
    'Wir haben eine E-Mail an die angegebene Adresse gesendet. Öffnen Sie den Link darin, um fortzufahren. Sie sollte in Kürze ankommen.',
  'If there is none, please look into your spam folder.':
    'Falls keine ankommt, sehen Sie bitte auch in den Spam-Ordner.',

  // Confirming an address
  'Confirm your email address': 'E-Mail-Adresse bestätigen',
  'Is %(email)s your address, and did you ask for an account? If not, just close this page.':
    'Ist %(email)s Ihre Adresse, und wollten Sie ein Konto? Wenn nicht, schließen Sie einfach diese Seite.',
  'Is %(email)s your address, and did you ask for an account? Confirm it, and choose your password then.':
    'Ist %(email)s Ihre Adresse, und wollten Sie ein Konto? Bestätigen Sie sie, und wählen Sie danach Ihr Passwort.',
  'Yes, confirm it': 'Ja, bestätigen',
  'The password that you chose for the account': 'Das Passwort, das Sie für das Konto gewählt haben',
  'Confirm it, and choose another password': 'Bestätigen und ein anderes Passwort wählen',
  'This is not the password that the account was made with. If somebody else made it, choose a password of your own.':
    'Das ist nicht das Passwort, mit dem das Konto angelegt wurde. Hat es jemand anderes angelegt, wählen Sie ein eigenes.',
  'Your email address is confirmed. You can log in now.':
    'Ihre E-Mail-Adresse ist bestätigt. Sie können sich nun anmelden.',
  'This link has been used already. You can log in.': 'Dieser Link wurde schon benutzt. Sie können sich anmelden.',
  'This link is not good, or not any more: it is too old, or your address has changed since.':
    'Dieser Link gilt nicht oder nicht mehr: Er ist zu alt, oder Ihre Adresse hat sich seither geändert.',
  'Send the link again': 'Link noch einmal senden',
  'Enter the address of your account, and we will send the link that confirms it once more.':
    'Geben Sie die Adresse Ihres Kontos ein, und wir senden den Link zu ihrer Bestätigung noch einmal.',
  'If an account is waiting for this address to be confirmed, an email with a new link is on its way.':
    'Falls ein Konto auf die Bestätigung dieser Adresse wartet, ist eine E-Mail mit einem neuen Link unterwegs.',

  // The mails of it
  'Confirm your address for %(site_name)s': 'Bestätigen Sie Ihre Adresse für %(site_name)s',
  'Somebody, we think it was you, asked for an account at %(site_name)s with this email address. Please open this page and confirm that the address is yours:':
    'Jemand, wir glauben, das waren Sie, wollte mit dieser E-Mail-Adresse ein Konto auf %(site_name)s. Bitte öffnen Sie diese Seite und bestätigen Sie, dass es Ihre Adresse ist:',
  'Somebody had asked for one with your address before. So choose your password on the page that comes then: only yours will count.':
    'Jemand hatte mit Ihrer Adresse schon vorher eines gewollt. Wählen Sie deshalb auf der Seite, die danach kommt, Ihr Passwort: Nur Ihres wird gelten.',
  'If it was not you, do nothing: without that page the account cannot be used.':
    'Wenn Sie es nicht waren, tun Sie nichts: Ohne diese Seite kann das Konto nicht benutzt werden.',
  'Your account at %(site_name)s': 'Ihr Konto auf %(site_name)s',
  'Somebody, perhaps you, asked for an account at %(site_name)s with this email address. You have one already, and nothing about it was changed. Log in here:':
    'Jemand, vielleicht Sie, wollte mit dieser E-Mail-Adresse ein Konto auf %(site_name)s. Sie haben schon eines, und daran wurde nichts geändert. Hier melden Sie sich an:',
  'If you have forgotten your password, choose a new one here:':
    'Falls Sie Ihr Passwort vergessen haben, wählen Sie hier ein neues:',
  'Your username:': 'Ihr Benutzername:',

  // Guessing
  'Too many failed attempts. Try again in %(minutes)d minute.': [
    'Zu viele Fehlversuche. Bitte versuchen Sie es in %(minutes)d Minute noch einmal.',
    'Zu viele Fehlversuche. Bitte versuchen Sie es in %(minutes)d Minuten noch einmal.',
  ],

  // The mail after a logout
  'You have logged out of %(site)s': 'Sie haben sich von %(site)s abgemeldet',
  'You logged out of %(site)s as %(username)s at %(time)s (UTC).':
    'Sie haben sich am %(time)s (UTC) von %(site)s als %(username)s abgemeldet.',
  'If that was not you, somebody else is using your account: change your password.':
    'Waren Sie das nicht, so verwendet jemand anderes Ihr Konto: ändern Sie Ihr Passwort.',
}
