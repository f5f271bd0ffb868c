import type { Concept } from './concept.ts'
import type { ProcedureKey } from './encounters.ts'

interface Implant extends Omit<Concept, 'code'> {
  /** Absent where none could be confirmed: the name alone. */
  readonly code?: string
  readonly name: string
  readonly model: string
  /** Its place in the trade numbers, see `trade-number.ts`. */
  readonly product: number
}

/** SNOMED CT: what a procedure leaves in the body. */
export const implants = {
  kneeReplacement: { display: 'Total knee replacement prosthesis', name: 'Heron total knee system', model: 'HK-3', product: 101 },
  coronaryIntervention: { code: '705643001', display: 'Coronary artery stent', name: 'Heron drug-eluting coronary stent 3.0 × 18 mm', model: 'HS-3018', product: 102 },
  pacemakerImplant: { code: '14106009', display: 'Cardiac pacemaker', name: 'Heron dual-chamber pacemaker', model: 'HP-DR2', product: 103 },
} as const satisfies Partial<Record<ProcedureKey, Implant>>
