/**
 * Comparing names without regard to case and to the form in which their characters were typed.
 * Mirrors `_unicode_ci_compare` (django/contrib/auth/forms.py, 5.2): Unicode Technical Report 36, section 2.11.2.
 */

/** NFKC with full case folding: equal for texts that are the same but for case and normal form; not a protection from letters that look alike. */
export function foldCase(text: string): string {
  let folded = ''
  for (const character of text.normalize('NFKC')) folded += foldCharacter(character)
  return folded
}

/**
 * Unicode's full case folding of one character, out of the two mappings that JavaScript has; the two characters for which
 * that is something else are the dotless i, which folds to itself, and the capital sharp s.
 */
function foldCharacter(character: string): string {
  if (character === 'ı') return character
  if (character === 'ẞ') return 'ss'
  return character.toUpperCase().toLowerCase()
}
