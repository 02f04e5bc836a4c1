/** Attempts that wait for others of the same account: in order, and never so many that they hold every connection. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Overloaded } from '../../src/errors.ts'
import { Lane } from '../../src/guessing/lanes.ts'

const MOST_WAITING = 100

test('a hundred attempts wait in a lane; the next is told to come back, and those that wait get their turn', async () => {
  const lane = new Lane()
  const waiting = Array.from({ length: MOST_WAITING }, () => lane.turn(false))
  await assert.rejects(lane.turn(false), (error: unknown) => error instanceof Overloaded && error.statusCode === 503)
  for (const turn of waiting) {
    lane.wake()
    await turn
  }
})

test('whoever had its turn before goes back to the front, however many wait', async () => {
  const lane = new Lane()
  const waiting = Array.from({ length: MOST_WAITING }, () => lane.turn(false))
  const again = lane.turn(true)
  lane.wake()
  await again
  const error = new Error('over')
  lane.refuseWaiting(error)
  for (const turn of waiting) await assert.rejects(turn, error)
})
