import { readJson, type StateFolder, writeJson } from '../state.ts'
import { createAuthority, isGoodFor, issueServerCertificate, type KeyedCertificate, pinOf } from './authority.ts'

/** What the server shows of itself: its own certificate, and one of an authority that no pin names. */
export interface ServerIdentity {
  server: KeyedCertificate
  /** The authority the demo policy trusts. PEM. */
  caPem: string
  pin: string
  /** Issued for the same names by another authority: shown by the fault `foreignCertificate`. */
  foreign: KeyedCertificate
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
  return {
    server: withChain(own),
    caPem: own.authority.certificate,
    pin: pinOf(own.authority.certificate),
    foreign: withChain(foreign),
    foreignCaPem: foreign.authority.certificate,
  }
}
