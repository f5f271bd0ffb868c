import { readFile } from 'node:fs/promises'
import { openBrowser } from '../../integration/sandbox-browser.ts'
import { openProbe, signIn } from '../../integration/sandbox-client.ts'
import { reportAlert } from '../../integration/lockout/alert.ts'
import { openAsk } from '../../integration/lockout/desk.ts'
import type { Ehr } from './ehr.ts'

/** Reports that a rule found something about a nurse, as their workstation does. Gives their name. */
export async function fileAlert(ehr: Ehr, device: string): Promise<string> {
  const { baseUrl, fhirBase, caFile } = ehr.place
  const caPem = await readFile(caFile, 'utf8')
  const probe = await openProbe({ baseUrl, fhirBase, caPem })
  const browser = openBrowser(caPem)
  const { ask, close } = openAsk({ baseUrl, caPem })
  try {
    const nurse = ehr.account('gnakamura')
    const asked = await probe.ask({ scope: 'openid user/AuditEvent.c' })
    const { access_token: token } = await probe.redeem(await signIn(browser, asked.url, nurse), asked)
    await reportAlert(ask, `Bearer ${token}`, { who: `Practitioner/${nurse.practitioner}`, device, patient: 'patient-of-a-test', correlation: '0a1b2c3d' })
    return nurse.name
  } finally {
    await close()
    await browser.close()
    await probe.close()
  }
}
