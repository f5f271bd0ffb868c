import type { CarePlan } from '@medplum/fhirtypes'
import { dateOf } from '../calendar.ts'
import { isActive, type History } from '../history.ts'
import { named } from '../notes/facts.ts'
import { plans } from '../notes/plans.ts'
import { xml } from '../documents/xml.ts'
import { practitioner, type Scribe } from './scribe.ts'
import { primaryPhysician } from '../timeline.ts'

/** What is done about each standing problem, as the notes say it; none for who has no standing problem. */
export function carePlanResources({ person, newId, subject, meta }: Scribe, history: History, links: { conditions: ReadonlyMap<string, string>; goals: readonly string[]; careTeam: string }): CarePlan[] {
  const standing = history.problems.filter((problem) => problem.list === 'problem-list-item' && isActive(problem, person.until))
  if (standing.length === 0) return []
  const lines = standing.map(({ problem }) => xml`<li>${named(problem)}: ${plans[problem].plan}</li>`)
  const status = person.died === undefined ? 'active' : 'revoked'
  return [
    {
      resourceType: 'CarePlan',
      id: newId('CarePlan'),
      ...meta('us-core-careplan'),
      text: { status: 'generated', div: xml`<div xmlns="http://www.w3.org/1999/xhtml"><p>Assessment and plan</p><ul>${lines}</ul></div>`.text },
      status,
      intent: 'plan',
      category: [{ coding: [{ system: 'http://hl7.org/fhir/us/core/CodeSystem/careplan-category', code: 'assess-plan', display: 'Assessment and Plan of Treatment' }], text: 'Assessment and plan' }],
      title: 'Assessment and plan',
      subject,
      period: { start: dateOf(Math.max(person.from, Math.min(...standing.map(({ recorded }) => recorded)))), ...(person.died !== undefined && { end: dateOf(person.died) }) },
      author: practitioner(primaryPhysician(person)),
      careTeam: [{ reference: `CareTeam/${links.careTeam}` }],
      addresses: standing.flatMap(({ problem }) => {
        const id = links.conditions.get(problem)
        return id === undefined ? [] : [{ reference: `Condition/${id}` }]
      }),
      ...(links.goals.length > 0 && { goal: links.goals.map((id) => ({ reference: `Goal/${id}` })) }),
      activity: standing.map(({ problem }) => ({
        detail: { status: status === 'active' ? 'in-progress' : 'stopped', code: { text: named(problem) }, description: plans[problem].plan },
      })),
    },
  ]
}
