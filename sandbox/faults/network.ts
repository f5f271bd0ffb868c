import { z } from 'zod'

/** The way to this EHR. */
export const NetworkFaults = z.strictObject({
  /** `cut`: every connection is dropped, as by a pulled cable. */
  network: z.enum(['up', 'cut']),
  /**
   * `foreign`: for the right names, of an authority that no pin names. The others are of no authority but themselves, of ours but
   * for other names, of ours and over. Who asks for `localhost` is always shown the honest one, so that the control plane is not lost.
   */
  certificate: z.enum(['ours', 'foreign', 'self-signed', 'wrong-name', 'expired']),
  /** `1.1`: nothing later is spoken, to nobody. */
  tls: z.enum(['1.2', '1.1']),
})

export const soundNetwork = { network: 'up', certificate: 'ours', tls: '1.2' } as const satisfies z.infer<typeof NetworkFaults>
