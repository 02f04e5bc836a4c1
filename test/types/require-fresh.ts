/** What `requireFresh` takes, held by the compiler: nothing here runs. */

import type { Postern } from 'postern'
import { requireFresh, text } from 'postern'
import { postern as onExpress } from 'postern/express'
import { postern as onNode } from 'postern/node'

declare const auth: Postern

requireFresh(600, (request) => text(request.user.email))
// @ts-expect-error how old the proof may be is nobody's to guess
requireFresh(() => text('x'))
// @ts-expect-error a number of seconds
requireFresh('600', () => text('x'))

const express = onExpress(auth)
express.requireFresh(600)
express.requireFresh<{ id: string }>(600, (req, res) => res.send(req.params.id + req.user.email))
express.requireFresh(600, { reauthenticateUrl: '/prove/', loginUrl: '/in/', redirectFieldName: null })
// @ts-expect-error how old the proof may be is nobody's to guess
express.requireFresh()

const node = onNode(auth)
node.requireFresh(600, (_req, res, request) => res.end(request.user.email))
// @ts-expect-error a handler that is guarded
node.requireFresh(600)
