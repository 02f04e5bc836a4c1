import assert from 'node:assert/strict'
import { test } from 'node:test'
import { messages } from '../../src/index.ts'
import { markSafe } from '../../src/kernel/html.ts'
import { DEFAULT_TAGS, Message } from '../../src/messages/message.ts'

test('the levels are the numbers that Django gives them', () => {
  const { DEBUG, INFO, SUCCESS, WARNING, ERROR } = messages
  assert.deepEqual([DEBUG, INFO, SUCCESS, WARNING, ERROR], [10, 20, 25, 30, 40])
  assert.deepEqual(messages.DEFAULT_LEVELS, { DEBUG, INFO, SUCCESS, WARNING, ERROR })
})

test('each level has its tag', () => {
  const tags = [10, 20, 25, 30, 40].map((level) => new Message(level, 'x').levelTag)
  assert.deepEqual(tags, ['debug', 'info', 'success', 'warning', 'error'])
})

test('a level of one’s own has no tag until it is given one', () => {
  assert.equal(new Message(35, 'x').tags, '')
  assert.equal(new Message(35, 'x', 'big').tags, 'big')
  assert.equal(new Message(35, 'x', 'big', { ...DEFAULT_TAGS, 35: 'critical' }).tags, 'big critical')
})

test('extra tags stand in front of the tag of the level', () => {
  assert.equal(new Message(40, 'x', 'bold red').tags, 'bold red error')
  assert.equal(new Message(40, 'x', '').tags, 'error')
  assert.equal(new Message(40, 'x', null).tags, 'error')
})

test('a tag that is the empty text leaves no blank behind', () => {
  assert.equal(new Message(20, 'x', 'big', { 20: '' }).tags, 'big')
})

test('a message is its text, HTML or not', () => {
  assert.equal(String(new Message(20, 'a < b')), 'a < b')
  assert.equal(`${new Message(20, markSafe('<b>a</b>'))}`, '<b>a</b>')
})
