import type { Faults } from '../faults/index.ts'
import { readJson, type StateFolder, writeJson } from '../state.ts'
import { createAuthority, isGoodFor, issueServerCertificate, type KeyedCertificate, pinOf, signServerCertificateItself } from './authority.ts'

/** What the server shows of itself: its own certificate, and one of an authority that no pin names. */
export interface ServerIdentity {
  server: KeyedCertificate
  /** The authority the demo policy trusts. PEM. */
  caPem: string
  pin: string
  /** What is shown under each value of the fault `certificate`. */
  shown: Record<Faults['certificate'], KeyedCertificate>
  foreignCaPem: string
}

interface Stored {
  authority: KeyedCertificate
  server: KeyedCertificate
}

/** A client holds its policy for long: an authority is renewed when less than this is left. */
const authorityDays = 60
const serverDays = 10

function isStored(value: unknown): value is Stored {
  const isPair = (pair: unknown) =>
    typeof pair === 'object' && pair !== null && 'certificate' in pair && 'key' in pair
  return typeof value === 'object' && value !== null && 'authority' in value && 'server' in value
    ? isPair(value.authority) && isPair(value.server)
    : false
}

async function keep(folder: StateFolder, file: string, name: string, now: number): Promise<Stored> {
  const found = await readJson(folder, file)
  const stored = isStored(found) ? found : undefined
  const authority =
    stored && isGoodFor(stored.authority.certificate, authorityDays, now)
      ? stored.authority
      : await createAuthority(name, now)
  if (stored && authority === stored.authority && isGoodFor(stored.server.certificate, serverDays, now)) return stored
  const fresh = { authority, server: await issueServerCertificate(authority, now) }
  await writeJson(folder, file, fresh)
  return fresh
}

/** The authority is sent along: a client that pins its key then sees it, whatever its TLS library makes of roots. */
function withChain({ authority, server }: Stored): KeyedCertificate {
  return { certificate: server.certificate + authority.certificate, key: server.key }
}

/** Reads the server's keys from the state folder; makes or renews what is missing or near its end. `now` in epoch ms. */
export async function serverIdentity(folder: StateFolder, now: number): Promise<ServerIdentity> {
  const [own, foreign] = await Promise.all([
    keep(folder, 'tls.json', 'Chartkeep sandbox authority', now),
    keep(folder, 'tls-foreign.json', 'Chartkeep sandbox authority outside the pins', now),
  ])
  const [wrongName, expired, selfSigned] = await Promise.all([
    issueServerCertificate(own.authority, now, { ip: '127.0.0.2', host: 'elsewhere.localhost' }),
    issueServerCertificate(own.authority, now, { until: now - 60_000 }),
    signServerCertificateItself(now),
  ])
  const server = withChain(own)
  return {
    server,
    caPem: own.authority.certificate,
    pin: pinOf(own.authority.certificate),
    shown: {
      ours: server,
      foreign: withChain(foreign),
      'self-signed': selfSigned,
      'wrong-name': withChain({ authority: own.authority, server: wrongName }),
      expired: withChain({ authority: own.authority, server: expired }),
    },
    foreignCaPem: foreign.authority.certificate,
  }
}
