import type { Device } from '@medplum/fhirtypes'
import { addYears, dateOf } from '../calendar.ts'
import { snomed } from '../codes/concept.ts'
import { implants } from '../codes/implants.ts'
import type { ProcedureKey } from '../codes/encounters.ts'
import { tradeNumber } from '../trade-number.ts'
import type { Visit } from '../timeline.ts'
import type { Scribe } from './scribe.ts'

/** What was left in the body at a visit: each procedure that implants something, with the number on its box. */
export function deviceResources({ person, newId, subject, meta }: Scribe, { day, procedures }: Pick<Visit, 'day' | 'procedures'>): Device[] {
  // A procedure that implants nothing has no row.
  const byProcedure: Readonly<Partial<Record<ProcedureKey, (typeof implants)[keyof typeof implants]>>> = implants
  return procedures.flatMap((key): Device[] => {
    const implant = byProcedure[key]
    if (implant === undefined) return []
    const rng = person.rng.fork(`implant/${key}/${day}`)
    const [lot, serial] = [`L${rng.int(10_000, 99_999)}`, `S${rng.int(1_000_000, 9_999_999)}`]
    const [made, expires] = [day - rng.int(60, 500), addYears(day, 3)]
    const deviceIdentifier = tradeNumber(implant.product)
    const short = (date: string) => date.replaceAll('-', '').slice(2)
    return [
      {
        resourceType: 'Device',
        id: newId('Device'),
        ...meta('us-core-implantable-device'),
        udiCarrier: [
          {
            deviceIdentifier,
            issuer: 'http://hl7.org/fhir/NamingSystem/gs1-di',
            carrierHRF: `(01)${deviceIdentifier}(11)${short(dateOf(made))}(17)${short(dateOf(expires))}(10)${lot}(21)${serial}`,
            entryType: 'barcode',
          },
        ],
        status: 'active',
        distinctIdentifier: serial,
        manufacturer: 'Heron Valley Devices (synthetic)',
        manufactureDate: dateOf(made),
        expirationDate: dateOf(expires),
        lotNumber: lot,
        serialNumber: serial,
        deviceName: [{ name: implant.name, type: 'user-friendly-name' }],
        modelNumber: implant.model,
        type: 'code' in implant ? snomed(implant) : { text: implant.display },
        patient: subject,
        note: [{ text: `Implanted on ${dateOf(day)}.` }],
      },
    ]
  })
}
