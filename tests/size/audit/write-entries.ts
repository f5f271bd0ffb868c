import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { createAuditChain } from '../../../electron/audit/chain.ts'
import { chainFolder } from '../../../electron/audit/disk.ts'

// Writes so many entries into a chain, as fast as it takes them, and says how much memory that took at most.
const [folder = '', count = '0', pkcs8 = ''] = process.argv.slice(2)
/** Of the device: the same for whoever goes on with the chain. */
const secret = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' })
const key = { deviceId: 'device', publicJwk: { x: String(createPublicKey(secret).export({ format: 'jwk' }).x) }, sign: (bytes: Uint8Array) => sign(null, bytes, secret) }
const disk = chainFolder(folder)
/** What is measured is memory: nothing waits for the disk. */
const unsynced = { ...disk, open: async (number: number) => ({ ...(await disk.open(number)), sync: () => Promise.resolve() }) }
const chain = createAuditChain({ disk: unsynced, clock: { now: () => Date.now() }, monotonic: () => performance.now(), actor: () => ({ user: 'u', device: 'device', epoch: 1 }), log: { event: () => undefined, foreign: () => undefined }, key })
const company = 2_000
for (let done = 0; done < Number(count); done += company) {
  const looks = Array.from({ length: company }, (_, index) => chain.intent({ event: 'chart.section', action: 'R', outcome: 'intent', cause: 'look', patient: 'b6a3f2c9-1d4e-4f8a-9a77-0e2d5c6b7a81', correlation: ((done + index) >>> 0).toString(16).padStart(8, '0') }))
  await Promise.all(looks)
}
await chain.close()
process.stdout.write(JSON.stringify({ kilobytes: process.resourceUsage().maxRSS }))
