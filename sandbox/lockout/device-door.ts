import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../../shared/clock.ts'
import { checkProof, PublicKeyJwk } from '../device/proof.ts'
import type { Devices } from '../device/registrations.ts'

export interface DeviceDoorParts {
  readonly devices: Devices
  readonly clock: Clock
  readonly baseUrl: string
}

/** Finds the workstation that asks, by a proof of its key; answers 401 itself, with why, where there is none. */
export type DeviceDoor = (request: FastifyRequest, reply: FastifyReply) => Promise<string | undefined>

/** `Authorization: DeviceProof <device id> <proof>`: the proof that registration takes, made for this address and used once. */
const credentials = /^DeviceProof ([A-Za-z0-9_-]{16,64}) ([A-Za-z0-9_.-]{1,4096})$/

/** A registered workstation needs nobody at it to be asked (before any sign-in). */
export function deviceDoor({ devices, clock, baseUrl }: DeviceDoorParts): DeviceDoor {
  return async (request, reply) => {
    const refuse = async (error: string) => {
      await reply.code(401).header('www-authenticate', `DeviceProof error="${error}"`).send({ error })
      return undefined
    }
    const [, deviceId, proof] = credentials.exec(request.headers.authorization ?? '') ?? []
    if (deviceId === undefined || proof === undefined) return refuse('proof-missing')
    const device = devices.find(deviceId)
    if (device === undefined) return refuse('device-unknown')
    const key = PublicKeyJwk.parse({ kty: 'OKP', crv: 'Ed25519', x: device.publicKey })
    const checked = await checkProof(proof, { key, audience: `${baseUrl}${request.url}`, deviceId, clock })
    if (checked.kind === 'refused') return refuse(checked.error)
    return devices.burn(checked.jti) ? deviceId : refuse('proof-replayed')
  }
}
