import { type Identification, reasonLength } from '../../../shared/desk/words.ts'
import { isReason } from './orders/order-targets.ts'

/** How somebody at the desk knows who asks, and by what. */
export interface Identified {
  /** Undefined until it is chosen: whatever stood there from the start would be what is written down of callers whom nobody asked. */
  readonly identifiedBy: Identification | undefined
  readonly identification: string
}

export const nobodyIdentified: Identified = { identifiedBy: undefined, identification: '' }

export type IdentificationLack = keyof Identified

/** The first that is missing, in the order of the screen. */
export function identificationLack({ identifiedBy, identification }: Identified): IdentificationLack | undefined {
  if (identifiedBy === undefined) return 'identifiedBy'
  return isReason(identification, reasonLength) ? undefined : 'identification'
}
