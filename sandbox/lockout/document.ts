import { z } from 'zod'
import * as shapes from './shapes/index.ts'

interface Operation {
  readonly method: 'get' | 'post'
  readonly path: string
  readonly says: string
  /** Who may: a workstation by its key, the desk by a scope, everybody. */
  readonly needs: 'workstation' | 'lockout.read' | 'lockout.order' | 'lockout.alerts' | 'nobody'
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly answers: Readonly<Record<number, z.ZodType | undefined>>
}

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', minLength: 1, maxLength: 200 } }

/** Every address of the lockout, as `docs/lockout-api.json` tells those who implement it. */
const operations: readonly Operation[] = [
  { method: 'get', path: '/lockout/jwks', says: 'The keys that orders are signed with (RFC 7517). One that was replaced is published for another hour.', needs: 'nobody', answers: { 200: z.looseObject({ keys: z.array(z.looseObject({ kid: z.string(), kty: z.string() })) }) } },
  { method: 'post', path: '/lockout/poll', says: 'Events for this workstation, as Security Event Tokens, by long polling (RFC 8936). What is neither in `ack` nor in `setErrs` comes again. A token is signed when it is handed over: `iat` is then, `toe` when it was ordered, `txn` the order, `aud` and `sub_id.device` the workstation.', needs: 'workstation', body: shapes.PollRequest, answers: { 200: shapes.PollAnswer } },
  { method: 'post', path: '/lockout/status', says: 'What a workstation says of itself, after each change of its session and once a minute: no patient, and people by their `sub`. `people`: whose sessions wait there behind the one on the screen, and what of each one’s work is not sent.', needs: 'workstation', body: shapes.Status, answers: { 204: undefined } },
  { method: 'get', path: '/lockout/workstations', says: 'Who is where. `changedAfter` with `wait` answers at the next change: that is how a list stays live.', needs: 'lockout.read', query: shapes.WorkstationQuery, answers: { 200: shapes.WorkstationList } },
  { method: 'get', path: '/lockout/workstations/{id}', says: 'One workstation.', needs: 'lockout.read', answers: { 200: shapes.WorkstationShown, 404: shapes.Refusal } },
  { method: 'get', path: '/lockout/workstations/{id}/history', says: 'What happened at one workstation, the newest first.', needs: 'lockout.read', query: shapes.HistoryQuery, answers: { 200: shapes.History } },
  { method: 'get', path: '/lockout/users', says: 'Everybody who has an account, and the workstations they have been at.', needs: 'lockout.read', answers: { 200: shapes.UserList } },
  { method: 'get', path: '/lockout/users/{id}', says: 'One person, by `sub`.', needs: 'lockout.read', answers: { 200: shapes.UserShown, 404: shapes.Refusal } },
  { method: 'get', path: '/lockout/users/{id}/history', says: 'What happened to one person, the newest first.', needs: 'lockout.read', query: shapes.HistoryQuery, answers: { 200: shapes.History } },
  { method: 'get', path: '/lockout/history', says: 'All of it, the newest first.', needs: 'lockout.read', query: shapes.HistoryQuery, answers: { 200: shapes.History } },
  { method: 'post', path: '/lockout/previews', says: 'Who would be hit, who waits there behind another one’s lock, what unsent work they have said they have (for people theirs alone), and whether a second person is needed. Changes nothing.', needs: 'lockout.read', body: shapes.Preview, answers: { 200: shapes.PreviewShown, 404: shapes.Refusal, 422: shapes.Refusal } },
  { method: 'get', path: '/lockout/orders', says: 'Orders, the newest first.', needs: 'lockout.read', query: shapes.OrderQuery, answers: { 200: shapes.OrderList } },
  { method: 'post', path: '/lockout/orders', says: 'Gives an order. A wipe, and more than 25 workstations, wait for a second person (`awaiting`); whom they hit is settled when they are asked for. `reset-pin` needs `identifiedBy` and `identification`: how whoever asked for it was identified (422 `identification-missing`). 200: the same order had been given under this key; 409 `key-of-another-order`: it had been given for another one, or with other words.', needs: 'lockout.order', body: shapes.NewOrder, answers: { 201: shapes.OrderShown, 200: shapes.OrderShown, 404: shapes.Refusal, 409: shapes.Refusal, 422: shapes.Refusal } },
  { method: 'get', path: '/lockout/orders/{id}', says: 'An order with what became of it at each workstation.', needs: 'lockout.read', answers: { 200: shapes.OrderWhole, 404: shapes.Refusal } },
  { method: 'post', path: '/lockout/orders/{id}/agreement', says: 'The second person agrees, within the hour; nobody agrees with themselves.', needs: 'lockout.order', body: shapes.Because, answers: { 200: shapes.OrderShown, 404: shapes.Refusal, 409: shapes.Refusal, 410: shapes.Refusal } },
  { method: 'post', path: '/lockout/orders/{id}/rejection', says: 'The second person, or the first, says no.', needs: 'lockout.order', body: shapes.Because, answers: { 200: shapes.OrderShown, 404: shapes.Refusal, 409: shapes.Refusal, 410: shapes.Refusal } },
  { method: 'post', path: '/lockout/orders/{id}/undo', says: 'Withdraws what no workstation has taken yet, and gives the opposite order where there is one. 409: there is neither.', needs: 'lockout.order', body: shapes.Because, answers: { 200: shapes.OrderShown, 404: shapes.Refusal, 409: shapes.Refusal } },
  { method: 'get', path: '/lockout/alerts', says: 'What the rules of the workstations found, the newest first: about whom of the staff, never about which patient.', needs: 'lockout.alerts', query: shapes.AlertQuery, answers: { 200: shapes.AlertList } },
  { method: 'post', path: '/lockout/alerts/{id}/taking', says: 'Somebody sees to it; it may be taken from a colleague. 409: it is closed.', needs: 'lockout.alerts', body: shapes.AlertTaking, answers: { 200: shapes.AlertShown, 404: shapes.Refusal, 409: shapes.Refusal } },
  { method: 'post', path: '/lockout/alerts/{id}/comments', says: 'A word to it, also once it is closed. Never about a patient.', needs: 'lockout.alerts', body: shapes.AlertComment, answers: { 200: shapes.AlertShown, 404: shapes.Refusal } },
  { method: 'post', path: '/lockout/alerts/{id}/closing', says: 'Whoever has taken it says what they found. 409: somebody else has it, or nobody.', needs: 'lockout.alerts', body: shapes.AlertClosing, answers: { 200: shapes.AlertShown, 404: shapes.Refusal, 409: shapes.Refusal } },
  { method: 'post', path: '/lockout/challenges', says: 'Answers what a lock screen without tries of its PIN shows: HMAC-SHA-256 under the secret that the workstation got when it was registered (`unlockSecret`), over `chartkeep unlock response v1`, the device id, the `sub` and the challenge, each behind a NUL; its first 64 bits, big-endian, as nine digits of base 31, the least first, and the digit that checks them. It gives new tries, and proves nobody: who called was identified otherwise. 409: `user-disabled`, `user-never-there`, `no-secret` (the workstation has to see a full sign-in), `not-oneself`. 422: the challenge was misread. 429: too many for this workstation within an hour.', needs: 'lockout.order', body: shapes.UnlockHelp, answers: { 200: shapes.UnlockAnswer, 404: shapes.Refusal, 409: shapes.Refusal, 422: shapes.Refusal, 429: shapes.Refusal } },
]

const schema = (type: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(type, { io, unrepresentable: 'any' })
  return rest
}
const json = (type: z.ZodType, io: 'input' | 'output') => ({ 'application/json': { schema: schema(type, io) } })

function parametersOf({ path, query }: Operation) {
  const asked = Object.entries(query?.shape ?? {}).map(([name, type]) => ({ name, in: 'query', required: false, schema: schema(z.object({ [name]: type }), 'input').properties?.[name] ?? {} }))
  return [...(path.includes('{id}') ? [id] : []), ...asked]
}

function described(operation: Operation) {
  const { method, says, needs, body, answers } = operation
  const refusals = needs === 'nobody' ? [] : needs === 'workstation' ? [400, 401] : [400, 401, 403]
  const all: readonly (readonly [number, z.ZodType | undefined])[] = [
    ...Object.entries(answers).map(([status, type]) => [Number(status), type] as const),
    ...refusals.map((status) => [status, shapes.Refusal] as const),
  ]
  const parameters = parametersOf(operation)
  return {
    [method]: {
      summary: says,
      ...(needs === 'nobody' ? { security: [] } : { security: [needs === 'workstation' ? { workstation: [] } : { desk: [needs] }] }),
      ...(parameters.length === 0 ? {} : { parameters }),
      ...(body === undefined ? {} : { requestBody: { required: true, content: json(body, 'input') } }),
      responses: Object.fromEntries(all.map(([status, type]) => [status, { description: String(status), ...(type === undefined ? {} : { content: json(type, 'output') }) }])),
    },
  }
}

/** The document (OpenAPI 3.1): made from the schemas that the server reads and answers by. */
export function lockoutDocument(): object {
  const paths = new Map<string, object>()
  for (const operation of operations) paths.set(operation.path, { ...paths.get(operation.path), ...described(operation) })
  return {
    openapi: '3.1.0',
    info: {
      title: 'Lockout: orders to workstations',
      version: '1',
      description: 'What a hospital’s gateway answers so that its support desk reaches workstations that run Chartkeep. It is found by `/.well-known/ssf-configuration` at the origin of the FHIR base: `issuer`, `jwks_uri`, `poll_endpoint`, `workstation_status_endpoint`, `desk_endpoint` (what stands before `/workstations`, at the same origin). The authorization server names the desk’s scopes in `scopes_supported`, or nobody is asked for them. Every refusal is `{"error": "<word>"}`.',
    },
    paths: Object.fromEntries(paths),
    components: {
      securitySchemes: {
        workstation: { type: 'apiKey', in: 'header', name: 'Authorization', description: '`DeviceProof <deviceId> <proof>`: a compact JWS by the workstation’s Ed25519 key, `aud` this address, `sub` the device id, `iat` within 300 s of the server’s clock, `jti` new each time. The key is the one that was registered.' },
        desk: { type: 'http', scheme: 'bearer', description: 'An access token of somebody in the support role, with the scope that is named. It reaches no record.' },
      },
    },
  }
}
