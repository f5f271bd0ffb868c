import { z } from 'zod'

/** The way to this EHR. */
export const NetworkFaults = z.strictObject({
  /** `cut`: every connection is dropped, as by a pulled cable. */
  network: z.enum(['up', 'cut']),
  /** `foreign`: a certificate for the right names, of an authority that no pin names. */
  certificate: z.enum(['ours', 'foreign']),
})

export const soundNetwork: z.infer<typeof NetworkFaults> = { network: 'up', certificate: 'ours' }
