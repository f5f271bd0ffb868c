import { type Day, dateOf } from '../calendar.ts'
import { allergenConcept } from '../codes/allergens.ts'
import type { Concept } from '../codes/concept.ts'
import { drugConcept } from '../codes/drugs.ts'
import { findings, reactions } from '../codes/findings.ts'
import { problems } from '../codes/problems.ts'
import type { Prescription, Problem } from '../course.ts'
import type { Person } from '../person.ts'
import { instruction } from '../sig.ts'
import type { Colleague } from '../staff.ts'
import { type Xml, xml } from './xml.ts'

/** What a summary of care holds: the chart as it stood on a day. */
export interface Summary {
  readonly id: string
  readonly person: Person
  readonly number: string
  readonly day: Day
  readonly problems: readonly Problem[]
  readonly taken: readonly Prescription[]
  readonly author: Colleague
}

const time = (day: Day) => dateOf(day).replaceAll('-', '')
const [snomed, loinc, rxnorm] = ['2.16.840.1.113883.6.96', '2.16.840.1.113883.6.1', '2.16.840.1.113883.6.88']

/** A section: its template, its LOINC code, its narrative as a table, its entries. */
function section(template: string, code: Concept, title: string, rows: readonly (readonly string[])[], entries: readonly Xml[], none: string): Xml {
  const [head = [], ...body] = rows
  const table =
    body.length === 0
      ? xml`<paragraph>${none}</paragraph>`
      : xml`<table><thead><tr>${head.map((cell) => xml`<th>${cell}</th>`)}</tr></thead><tbody>${body.map((row) => xml`<tr>${row.map((cell) => xml`<td>${cell}</td>`)}</tr>`)}</tbody></table>`
  return xml`<component><section${body.length === 0 ? xml` nullFlavor="NI"` : undefined}><templateId root="${template}" extension="2015-08-01"/><code code="${code.code}" codeSystem="${loinc}" codeSystemName="LOINC" displayName="${code.display}"/><title>${title}</title><text>${table}</text>${entries}</section></component>`
}

function problemSection(list: readonly Problem[]): Xml {
  const entries = list.map(({ problem, onset }) => {
    const { code, display } = problems[problem]
    return xml`<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.3" extension="2015-08-01"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/><effectiveTime><low value="${time(onset)}"/></effectiveTime><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.4" extension="2015-08-01"/><code code="55607006" codeSystem="${snomed}" displayName="Problem"/><statusCode code="completed"/><effectiveTime><low value="${time(onset)}"/></effectiveTime><value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CD" code="${code}" codeSystem="${snomed}" displayName="${display}"/></observation></entryRelationship></act></entry>`
  })
  const rows = list.map(({ problem, onset }) => [problems[problem].display, dateOf(onset)])
  return section('2.16.840.1.113883.10.20.22.2.5.1', { code: '11450-4', display: 'Problem list' }, 'Problems', [['Problem', 'Since'], ...rows], entries, 'No active problems.')
}

function medicationSection(taken: readonly Prescription[]): Xml {
  const entries = taken.map(({ drug, from }) => {
    const concept = drugConcept(drug)
    const coding = concept.coding?.[0]
    const code = coding === undefined ? xml`<code nullFlavor="UNK"><originalText>${concept.text}</originalText></code>` : xml`<code code="${coding.code}" codeSystem="${rxnorm}" displayName="${coding.display}"/>`
    return xml`<entry><substanceAdministration classCode="SBADM" moodCode="INT"><templateId root="2.16.840.1.113883.10.20.22.4.16" extension="2014-06-09"/><statusCode code="active"/><effectiveTime xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="IVL_TS"><low value="${time(from)}"/></effectiveTime><consumable><manufacturedProduct classCode="MANU"><templateId root="2.16.840.1.113883.10.20.22.4.23" extension="2014-06-09"/><manufacturedMaterial>${code}</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>`
  })
  const rows = taken.map(({ drug, sig, from }) => [drugConcept(drug).text ?? '', instruction(drug, sig), dateOf(from)])
  return section('2.16.840.1.113883.10.20.22.2.1.1', { code: '10160-0', display: 'History of Medication use Narrative' }, 'Medications', [['Medication', 'Directions', 'Since'], ...rows], entries, 'No medications.')
}

function allergySection({ allergies }: Person): Xml {
  const standing = allergies.kind === 'listed' ? allergies.allergies.filter(({ verification }) => verification === 'confirmed' || verification === 'unconfirmed') : []
  const rows = standing.map(({ allergen, reaction }) => [allergenConcept(allergen).text ?? '', reaction === undefined ? 'Reaction not recorded' : reactions[reaction.manifestation].display])
  const observation = (value: Xml, participant: Xml | undefined) =>
    xml`<entry><act classCode="ACT" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.30" extension="2015-08-01"/><code code="CONC" codeSystem="2.16.840.1.113883.5.6"/><statusCode code="active"/><entryRelationship typeCode="SUBJ"><observation classCode="OBS" moodCode="EVN"><templateId root="2.16.840.1.113883.10.20.22.4.7" extension="2014-06-09"/><code code="ASSERTION" codeSystem="2.16.840.1.113883.5.4"/><statusCode code="completed"/>${value}${participant}</observation></entryRelationship></act></entry>`
  const value = (code: string, display: string) => xml`<value xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CD" code="${code}" codeSystem="${snomed}" displayName="${display}"/>`
  const entries =
    allergies.kind === 'none-known'
      ? [observation(value(findings.noKnownAllergy.code, findings.noKnownAllergy.display), undefined)]
      : standing.map(({ allergen }) => {
          const coding = allergenConcept(allergen).coding?.[0]
          const system = coding?.system?.includes('rxnorm') === true ? rxnorm : snomed
          return observation(value('419199007', 'Allergy to substance'), xml`<participant typeCode="CSM"><participantRole classCode="MANU"><playingEntity classCode="MMAT"><code code="${coding?.code}" codeSystem="${system}" displayName="${coding?.display}"/></playingEntity></participantRole></participant>`)
        })
  const none = allergies.kind === 'none-known' ? 'No known allergies.' : 'Allergies not recorded.'
  return section('2.16.840.1.113883.10.20.22.2.6.1', { code: '48765-2', display: 'Allergies and adverse reactions Document' }, 'Allergies', [['Substance', 'Reaction'], ...rows], entries, none)
}

/**
 * A continuity of care document (C-CDA R2.1): header, allergies, medications, problems. What it says is what the chart says;
 * it is well-formed, and not held to the schematron.
 */
export function continuityOfCare({ id, person, number, day, problems: list, taken, author }: Summary): string {
  const root = '2.16.840.1.113883.19.5' // HL7's own root for examples
  const { name } = person
  const latin = name.latin ?? name
  return xml`<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3"><realmCode code="US"/><typeId root="2.16.840.1.113883.1.3" extension="POCD_HD000040"/><templateId root="2.16.840.1.113883.10.20.22.1.1" extension="2015-08-01"/><templateId root="2.16.840.1.113883.10.20.22.1.2" extension="2015-08-01"/><id root="${root}" extension="${id}"/><code code="34133-9" codeSystem="${loinc}" displayName="Summarization of episode note"/><title>Continuity of care document (synthetic)</title><effectiveTime value="${time(day)}"/><confidentialityCode code="${person.profile.isRestricted === true ? 'R' : 'N'}" codeSystem="2.16.840.1.113883.5.25"/><languageCode code="en-US"/><recordTarget><patientRole><id root="${root}.1" extension="${number}"/><patient><name use="L">${latin.given.map((given) => xml`<given>${given}</given>`)}<family>${latin.family}</family></name><administrativeGenderCode code="${person.gender === 'female' ? 'F' : person.gender === 'male' ? 'M' : 'UN'}" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="${person.birthDate.replaceAll('-', '')}"/></patient></patientRole></recordTarget><author><time value="${time(day)}"/><assignedAuthor><id root="${root}.2" extension="${author.username}"/><assignedPerson><name><given>${author.given}</given><family>${author.family}</family></name></assignedPerson></assignedAuthor></author><custodian><assignedCustodian><representedCustodianOrganization><id root="${root}"/><name>Millbrook Falls General Hospital</name></representedCustodianOrganization></assignedCustodian></custodian><component><structuredBody>${allergySection(person)}${medicationSection(taken)}${problemSection(list)}</structuredBody></component></ClinicalDocument>
`.text
}
