import { z } from 'zod'
import { FhirResource } from './fhir.ts'
import { procedure, whileUnlocked } from './procedure.ts'

/** Where an answer comes from and how old it is. */
export const Freshness = z.strictObject({
  source: z.enum(['network', 'cache']),
  /** When the EHR last confirmed it, in epoch milliseconds. */
  asOf: z.number(),
})
export type Freshness = z.infer<typeof Freshness>

const PatientList = z.strictObject({
  patients: z.array(FhirResource),
  /** True when the EHR has more than is listed; the screen says so. */
  cut: z.boolean(),
  freshness: Freshness,
})

const reading = { via: 'workspace', needs: 'patient:search', during: whileUnlocked } as const

export const patientsProcedures = {
  /** By name, record number or birth date: the text as typed, 2–100 characters. Travels as `POST _search`: no name in a URL. */
  'patients.search': procedure({
    ...reading,
    input: z.strictObject({ text: z.string().trim().min(2).max(100) }),
    output: PatientList,
    audit: { event: 'patients.search', action: 'E', patient: () => undefined, cause: () => 'look', detail: (input) => input.text },
  }),
  /** Patients in whose care team the user is. */
  'patients.mine': procedure({
    ...reading,
    input: z.strictObject({}),
    output: PatientList,
    audit: { event: 'patients.mine', action: 'E', patient: () => undefined, cause: () => 'look' },
  }),
  /** Patients whose chart this user opened on this workstation, newest first; from the sealed cache alone. */
  'patients.recent': procedure({
    ...reading,
    input: z.strictObject({}),
    output: PatientList,
    audit: { event: 'patients.recent', action: 'E', patient: () => undefined, cause: () => 'look' },
  }),
} as const

