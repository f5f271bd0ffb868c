import { once } from 'node:events'
import type { Bundle, DocumentReference } from '@medplum/fhirtypes'
import { encode } from 'fast-png'
// oxlint-disable-next-line import/no-named-as-default -- its types know the default alone
import PDFDocument from 'pdfkit'
import { type OwnEhr, ownEhr } from './harness/ehr.ts'
import { type LyingProxy, openLyingProxy } from './harness/lying-proxy.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'aokafor'
let ehr: OwnEhr
let proxy: LyingProxy

test.beforeAll(async () => {
  ehr = await ownEhr()
  proxy = await openLyingProxy(ehr)
})
test.afterAll(async () => {
  await proxy.close()
  await ehr.stop()
})

interface Filed {
  readonly title: string
  readonly contentType: string
  readonly bytes: Buffer
}

/** Two pages, a link on the first, and a script that the document wants run when it is opened. */
async function letter(): Promise<Buffer> {
  const pdf = new PDFDocument({ size: 'A4' })
  const parts: Buffer[] = []
  pdf.on('data', (part: Buffer) => parts.push(part))
  const ended = once(pdf, 'end')
  pdf.fontSize(18).text('Referral letter').fontSize(11).moveDown().text('Thank you for seeing this patient for a second opinion. Findings: xanthelasma.')
  pdf.moveDown().fillColor('blue').text('Results elsewhere', { link: 'https://evil.example.org/', underline: true })
  pdf.addPage().fillColor('black').text('With kind regards')
  pdf.end()
  await ended
  // As one object more, which the reader finds whether or not the table of references names it.
  return Buffer.from(Buffer.concat(parts).toString('latin1').replace('/Type /Catalog', '/Type /Catalog\n/OpenAction << /S /JavaScript /JS (app.launchURL\\("https://evil.example.org/"\\);) >>'), 'latin1')
}

const stripes = (): Buffer => Buffer.from(encode({ width: 600, height: 200, channels: 3, data: Uint8Array.from({ length: 600 * 200 * 3 }, (_, index) => (Math.floor(index / 90) % 2 === 0 ? 250 : 120)) }))
/** A picture of 100 bytes that claims to be of four thousand million pixels. */
const bomb = (): Buffer => {
  const bytes = stripes()
  bytes.writeUInt32BE(65_535, 16)
  bytes.writeUInt32BE(65_535, 20)
  return bytes.subarray(0, 100)
}

const filed = async (): Promise<readonly Filed[]> => [
  { title: 'Referral letter', contentType: 'application/pdf', bytes: await letter() },
  { title: 'Rhythm strip', contentType: 'image/png', bytes: stripes() },
  { title: 'Visit page', contentType: 'text/html', bytes: Buffer.from('<h1>Visit</h1><script>window.ran = true</script><p>Lungs clear &amp; quiet.</p>') },
  { title: 'Drawing', contentType: 'image/svg+xml', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="window.ran = true"><script>window.ran = true</script></svg>') },
  { title: 'A page that says PDF', contentType: 'application/pdf', bytes: Buffer.from('<html><script>window.ran = true</script></html>') },
  { title: 'A torn PDF', contentType: 'application/pdf', bytes: Buffer.from('%PDF-1.7\n%%EOF') },
  { title: 'An absurd picture', contentType: 'image/png', bytes: bomb() },
  { title: 'A study', contentType: 'application/dicom', bytes: Buffer.alloc(200) },
]

/** In the notes of a chart that names these files: the lists as an EHR gives them, the records with their files inside. */
async function reading(place: Workstation, files: readonly Filed[], more: { readonly colorScheme?: 'light' | 'dark' } = {}): Promise<Running> {
  const documentOf = (patient: string, { title, contentType, bytes }: Filed, index: number, isWhole: boolean): DocumentReference => ({
    resourceType: 'DocumentReference',
    id: `filed-${index}`,
    status: 'current',
    subject: { reference: `Patient/${patient}` },
    date: `2026-11-${String(20 - index).padStart(2, '0')}T10:00:00Z`,
    type: { text: 'Letter' },
    content: [{ attachment: { title, contentType, ...(isWhole ? { data: bytes.toString('base64') } : { url: `Binary/filed-${index}` }) } }],
  })
  let patient = ''
  proxy.lie(({ path }, answer) => {
    const asked = new URL(path, 'https://ehr')
    const index = /^\/fhir\/R4\/DocumentReference\/filed-(\d+)$/.exec(asked.pathname)?.[1]
    const file = files[Number(index)]
    const told = { status: 200, headers: { ...answer.headers, 'content-type': 'application/fhir+json' } }
    if (file !== undefined) return { ...told, body: JSON.stringify(documentOf(patient, file, Number(index), true)) }
    if (asked.pathname !== '/fhir/R4/DocumentReference') return undefined
    patient = asked.searchParams.get('patient') ?? ''
    const bundle: Bundle = { resourceType: 'Bundle', type: 'searchset', total: files.length, entry: files.map((each, at) => ({ resource: documentOf(patient, each, at, false), search: { mode: 'match' } })) }
    return { ...told, body: JSON.stringify(bundle) }
  })
  const running = await place.start({ args: proxy.args, ...more })
  await running.person.signIn(ehr.account(physician))
  await running.person.choosePin()
  await (await running.person.sees('patient-row')).click()
  await running.person.chartIsRead()
  await (await running.person.sees('view-notes')).click()
  return running
}

async function open({ person }: Running, title: string) {
  const page = await person.page()
  await page.getByRole('button', { name: title }).click()
  await page.getByTestId('open-document').click()
  return page
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a letter and a strip are read in the application, in the ${colorScheme}: drawn, with their words, and nothing in them run or followed`, async ({ workstation }) => {
    const running = await reading(await workstation({ ehr }), await filed(), { colorScheme })
    let page = await running.person.page()
    await page.screenshot({ path: test.info().outputPath(`documents-${colorScheme}.png`), animations: 'disabled' })
    page = await open(running, 'Referral letter')
    await expect(page.getByTestId('document-pdf')).toHaveAttribute('data-state', 'drawn')
    await expect(page.getByTestId('document-words')).toContainText('Findings: xanthelasma.')
    await expect(page.getByTestId('document-page')).toHaveText('Page 1 of 2')
    await page.screenshot({ path: test.info().outputPath(`pdf-${colorScheme}.png`), animations: 'disabled' })
    expect(await page.locator('a[href], iframe, embed, object, form').count()).toBe(0)
    await page.getByTestId('document-next').click()
    await expect(page.getByTestId('document-words')).toContainText('With kind regards')
    await expect(page.getByTestId('document-pdf')).toHaveAttribute('data-state', 'drawn')

    await open(running, 'Rhythm strip')
    await expect(page.getByTestId('document-image')).toHaveAttribute('data-state', 'drawn')
    await page.screenshot({ path: test.info().outputPath(`picture-${colorScheme}.png`), animations: 'disabled' })
    await open(running, 'Visit page')
    await expect(page.getByTestId('document-text')).toHaveText(/Visit\s+Lungs clear & quiet\./)
    expect(await page.evaluate(() => 'ran' in window)).toBe(false)
    expect(page.url()).toMatch(/^app:\/\/chartkeep\//)
  })
}

test('a hostile file is refused or shown as text, and the chart goes on', async ({ workstation }) => {
  const running = await reading(await workstation({ ehr }), await filed())
  let page = await open(running, 'Drawing')
  await expect(page.getByTestId('document-text')).toContainText('<svg xmlns=')
  page = await open(running, 'A page that says PDF')
  await expect(page.getByRole('alert')).toContainText('could not be read')
  await open(running, 'A torn PDF')
  await expect(page.getByTestId('document')).toContainText('This PDF cannot be shown')
  await open(running, 'An absurd picture')
  await expect(page.getByTestId('document')).toContainText('too large to be shown safely')
  await page.getByRole('button', { name: 'A study' }).click()
  await expect(page.getByText('cannot be shown here (application/dicom)')).toBeVisible()
  expect(await page.getByTestId('open-document').count()).toBe(0)
  expect(await page.evaluate(() => 'ran' in window)).toBe(false)
  await (await running.person.sees('view-summary')).click()
  await running.person.chartIsRead()
})

test('the lock takes a document off the screen with everything else, and offline it is read from what is kept sealed', async ({ workstation }) => {
  const running = await reading(await workstation({ ehr }), await filed())
  const page = await open(running, 'Referral letter')
  await expect(page.getByTestId('document-pdf')).toHaveAttribute('data-state', 'drawn')
  await running.person.lock()
  await expect((await running.person.page()).getByTestId('document')).toHaveCount(0)
  proxy.lie(({ path }) => (path.startsWith('/fhir/R4/DocumentReference') ? { status: 503, headers: {}, body: '' } : undefined))
  // It comes back to the notes, where it was left.
  await running.person.unlock()
  await running.person.sees('open-document')
  const again = await open(running, 'Referral letter')
  await expect(again.getByTestId('document')).toContainText('Kept on this workstation')
  await expect(again.getByTestId('document-words')).toContainText('Findings: xanthelasma.')
})
