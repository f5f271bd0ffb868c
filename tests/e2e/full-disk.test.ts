import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { sharedEhr } from './harness/ehr.ts'
import { mountSmallDisk, type SmallDisk } from './harness/small-disk.ts'
import { expect, test } from './harness/test.ts'
import type { Running, Workstation } from './harness/workstation.ts'

const physician = 'praghunathan'
const before = 'Written while there was room.'
/** Longer than what a file may have left over in its last block. */
const after = `Written when there was none.${' '.repeat(40_000)}All of it.`

let disk: SmallDisk | undefined
test.afterEach(async () => {
  await disk?.close()
  disk = undefined
})

/** A physician writes a note in the first patient's chart, on a workstation whose profile is a file system of its own. */
async function writing(place: Workstation): Promise<Running & { readonly disk: SmallDisk; readonly page: Page }> {
  const small = await mountSmallDisk(place.profile, place.folder, 48)
  disk = small
  const running = await place.start({ program: small.program })
  const { person } = running
  await person.signIn(sharedEhr().account(physician))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  await person.chartIsRead()
  const page = await person.page()
  await page.getByTestId('write-note').click()
  await page.getByTestId('draft-box').fill(before)
  await expect(page.getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
  return { ...running, disk: small, page }
}

const chainFiles = async ({ seenFromOutside }: SmallDisk): Promise<readonly string[]> => {
  const folder = join(seenFromOutside, 'audit')
  return (await readdir(folder)).filter((name) => /^chain-\d+\.jsonl$/.test(name)).map((name) => join(folder, name))
}

/** How many chart sections the audit chain says were asked for. */
async function announced(disk: SmallDisk): Promise<number> {
  const text = (await Promise.all((await chainFiles(disk)).map((file) => readFile(file, 'utf8')))).join('')
  return text.split('\n').filter((line) => line.includes('"chart.section"') && line.includes('"intent"')).length
}

/** Opens chart after chart, until the chain's file has no room for one entry: a file system may have some left in its last block. */
async function openUntilNothingIsRecorded(page: Page, small: SmallDisk): Promise<void> {
  const states = () => page.locator('[data-testid^="section-"]').evaluateAll((all) => all.map((each) => each.getAttribute('data-state')))
  for (let index = 1; index < 7; index += 1) {
    await small.fill()
    await page.getByTestId('tab-patients').click()
    await page.getByTestId('patient-row').nth(index).click()
    await expect(page.getByTestId('section-problems')).not.toHaveAttribute('data-state', 'loading')
    await expect(page.locator('[data-testid^="section-"][data-state="loading"]')).toHaveCount(0)
    const seen = await states()
    expect(seen.length).toBeGreaterThanOrEqual(8)
    if (seen.every((state) => state === 'failed')) return
  }
  throw new Error('every chart was recorded, in part at least: the disk is not full')
}

test('a full disk is said on the screen, shows nothing that is not recorded, loses nothing, and is forgotten when there is room @164.312(b)', async ({ workstation }) => {
  test.skip(process.platform !== 'linux', 'mounts a file system')
  const place = await workstation({ ehr: sharedEhr() })
  const { person, page, disk: small } = await writing(place)
  const keeping = page.getByTestId('keeping')
  await expect(keeping).toHaveCount(0)

  await test.step('the note is not saved any more, and the window says what to do', async () => {
    await small.fill()
    await page.getByTestId('draft-box').fill(after)
    await expect(page.getByTestId('draft-state')).toHaveAttribute('data-state', 'failed')
    await expect(keeping).toContainText('disk')
    await expect(keeping).toContainText('call IT to make room')
  })

  await test.step('what cannot be recorded is not shown', async () => {
    await openUntilNothingIsRecorded(page, small)
    await expect(keeping).toHaveAttribute('data-what', 'audit')
    await expect(keeping).toContainText('Access cannot be recorded, so nothing more is shown')
    const recorded = await announced(small)
    await page.getByTestId('section-problems').getByRole('button', { name: 'Try again' }).click()
    await expect(page.getByTestId('section-problems')).toContainText('Access cannot be recorded, so nothing can be shown.')
    await expect(page.getByTestId('section-problems')).toHaveAttribute('data-state', 'failed')
    expect(await announced(small)).toBe(recorded)
  })

  await test.step('with room again charts are shown and the note is saved as it was typed, without a hand', async () => {
    await small.makeRoom()
    await expect(keeping).toHaveCount(0, { timeout: 20_000 })
    await person.chartIsRead()
    await expect(page.locator('[data-testid^="section-"][data-state="failed"]')).toHaveCount(0)
    await page.getByTestId('tab-chart').first().click()
    await expect.poll(async () => (await page.getByTestId('draft-box').inputValue()) === after).toBe(true)
    await expect(page.getByTestId('draft-state')).toHaveAttribute('data-state', 'saved')
  })

  await test.step('and nothing is lost when the plug is pulled then', async () => {
    await place.kill()
    const again = await place.start({ program: small.program })
    await again.person.unlock()
    const box = await again.person.sees('draft-box')
    await expect.poll(async () => (await box.inputValue()) === after).toBe(true)
  })
})

test('a workstation that is locked with a full disk stays locked, says why, costs no try, and still has the note @164.312(b)', async ({ workstation }) => {
  test.skip(process.platform !== 'linux', 'mounts a file system')
  const place = await workstation({ ehr: sharedEhr() })
  const { person, disk: small } = await writing(place)
  await person.lock()
  // Refused unread, and recorded: until the last block of the chain has no room for that either.
  const grows = async () => {
    const size = async () => (await Promise.all((await chainFiles(small)).map((file) => stat(file)))).reduce((sum, each) => sum + each.size, 0)
    await small.fill()
    const was = await size()
    await person.enterPin('12')
    return expect.poll(size, { timeout: 1_500 }).toBeGreaterThan(was).then(() => true, () => false) // prettier-ignore
  }
  // Twice in a row: what closes with the lock gives room back for a moment.
  for (let still = 0; still < 2; still = (await grows()) ? 0 : still + 1);
  // More often than there are tries.
  for (let time = 0; time < 6; time += 1) {
    await small.fill()
    await person.enterPin('736104')
    await expect((await person.sees('lock-screen')).getByRole('alert')).toContainText('Access cannot be recorded')
  }
  await small.makeRoom()
  await person.enterPin('736104')
  await person.sees('workspace')
  const back = await person.page()
  await back.getByTestId('tab-chart').first().click()
  await expect(back.getByTestId('draft-box')).toHaveValue(before)
})
