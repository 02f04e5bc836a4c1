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

  // Fields
  Username: 'Benutzername',
  Password: 'Passwort',

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

  // Showing the password once more
  'Confirm that it is you': 'Bitte bestätigen Sie, dass Sie es sind',
  'You are logged in as %(username)s. Enter your password once more to go on.':
    'Sie sind als %(username)s angemeldet. Geben Sie Ihr Passwort noch einmal ein, um fortzufahren.',
  'You are logged in as %(username)s, without a password of this site. Log in again to go on.':
    'Sie sind als %(username)s angemeldet, ohne ein Passwort dieser Website. Melden Sie sich erneut an, um fortzufahren.',
  'Your password was entered incorrectly. Please enter it again.':
    'Ihr Passwort war nicht korrekt. Bitte geben Sie es erneut ein.',
  'Go on': 'Weiter',
}
