import { allergens } from './allergens.ts'
import { type Concept, systems } from './concept.ts'
import { imaging, noteTypes } from './documents.ts'
import { drugs } from './drugs.ts'
import { encounterTypes, procedures } from './encounters.ts'
import { findings, reactions } from './findings.ts'
import { analytes, panels, qualitative } from './laboratory.ts'
import { observations } from './observations.ts'
import { problems } from './problems.ts'
import { vaccines } from './vaccines.ts'

/** Codes that are used here, by what they are for: what a chooser of problems, drugs or tests offers. */
export interface CodeCatalogue {
  readonly url: string
  readonly title: string
  readonly members: readonly { readonly system: string; readonly code: string; readonly display: string }[]
}

type Some = Readonly<Record<string, { readonly code?: string; readonly display: string }>>

const of = (name: string, title: string, system: keyof typeof systems, ...some: readonly Some[]): CodeCatalogue => ({
  url: `https://sandbox.chartkeep.example/ValueSet/${name}`,
  title,
  members: some.flatMap((each) => Object.values(each)).flatMap(({ code, display }) => (code === undefined ? [] : [{ system: systems[system], code, display }])),
})

/** All codes of the synthetic people, but those of HL7's own small systems, which the definitions of R4 list. */
export const catalogues: readonly CodeCatalogue[] = [
  of('problems', 'Problems', 'snomed', problems),
  of('findings', 'Findings, routes and roles', 'snomed', findings),
  of('reactions', 'Reactions', 'snomed', reactions),
  {
    url: 'https://sandbox.chartkeep.example/ValueSet/allergens',
    title: 'Allergens',
    members: Object.values(allergens).map(({ system, code, display }: Concept & { system: 'snomed' | 'rxnorm' }) => ({ system: systems[system], code, display })),
  },
  of('drugs', 'Drugs', 'rxnorm', drugs),
  of('vaccines', 'Vaccines', 'cvx', vaccines),
  of('laboratory', 'Laboratory tests', 'loinc', analytes, qualitative, panels),
  of('observations', 'Vital signs and other observations', 'loinc', observations),
  of('notes', 'Notes and reports', 'loinc', noteTypes, imaging),
  of('encounters', 'Encounters', 'snomed', encounterTypes),
  of('procedures', 'Procedures', 'snomed', procedures),
]
