/** What the name of an account is as a form takes it. Mirrors `UsernameField` (django/contrib/auth/forms.py, 5.2). */
export { cleanUsername as normalizeUsername, USERNAME_MAX_LENGTH } from '../../users/username.ts'
