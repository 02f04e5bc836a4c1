import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Catalog, countedSentence, inLanguage, sentence, type Text } from '../../src/kernel/text.ts'

const TOO_SHORT: Text = {
  id: 'It must contain at least %d character.',
  plural: 'It must contain at least %d characters.',
  count: 8,
}

const german: Catalog = {
  'Hello %(name)s.': 'Guten Tag %(name)s.',
  'It must contain at least %d character.': [
    'Mindestens %d Zeichen muss es enthalten.',
    'Mindestens %d Zeichen müssen es sein.',
  ],
  'Too similar to the %(verbose_name)s.': 'Zu ähnlich: %(verbose_name)s.',
  'email address': 'E-Mail-Adresse',
}

test('parameters are put into a sentence by their names, and those that are not there stay as they are written', () => {
  const text = sentence('Hello %(name)s, %(n)d %(missing)s 100% %s.', { name: '%(n)d', n: 2 })
  assert.equal(inLanguage(text, undefined), 'Hello %(n)d, 2 %(missing)s 100% %s.')
  assert.equal(inLanguage(sentence('%(toString)s %(__proto__)s', {}), undefined), '%(toString)s %(__proto__)s')
})

test('a catalog gives the sentence of its language, and English where it lacks it', () => {
  assert.equal(inLanguage(sentence('Hello %(name)s.', { name: 'Ada' }), german), 'Guten Tag Ada.')
  assert.equal(inLanguage(sentence('Good bye.'), german), 'Good bye.')
  assert.equal(inLanguage(sentence('constructor'), german), 'constructor')
})

test('the count chooses between one and many, and is put where %d stands', () => {
  assert.equal(inLanguage(TOO_SHORT, undefined), 'It must contain at least 8 characters.')
  assert.equal(inLanguage({ ...TOO_SHORT, count: 1 }, undefined), 'It must contain at least 1 character.')
  assert.equal(inLanguage({ ...TOO_SHORT, count: 0 }, undefined), 'It must contain at least 0 characters.')
  assert.equal(inLanguage(TOO_SHORT, german), 'Mindestens 8 Zeichen müssen es sein.')
  assert.equal(inLanguage({ ...TOO_SHORT, count: 1 }, german), 'Mindestens 1 Zeichen muss es enthalten.')
  assert.equal(inLanguage({ id: 'one', count: 2 }, undefined), 'one', 'without a plural there is one form')
  assert.equal(inLanguage(sentence('50%deep'), undefined), '50%deep', 'without a count there is nothing to put in')
})

test('a sentence among the parameters is put into the same language', () => {
  const text = sentence('Too similar to the %(verbose_name)s.', { verbose_name: sentence('email address') })
  assert.equal(inLanguage(text, undefined), 'Too similar to the email address.')
  assert.equal(inLanguage(text, german), 'Zu ähnlich: E-Mail-Adresse.')
})

test('a counted sentence has two forms, and what is put into them', () => {
  const tries = (count: number): string =>
    inLanguage(countedSentence('%(count)d try', '%(count)d tries', count, { count }), undefined)
  assert.deepEqual([0, 1, 2].map(tries), ['0 tries', '1 try', '2 tries'])
})
