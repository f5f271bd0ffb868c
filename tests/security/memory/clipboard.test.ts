import { expect, test } from '../../e2e/harness/test.ts'
import { sharedEhr } from '../../e2e/harness/ehr.ts'

const ehr = sharedEhr()

test('a lock clears what was copied or selected in a chart, and leaves what another program put on the clipboard @164.312(a)(2)(iii)', async ({ workstation }) => {
  const { app, person } = await (await workstation({ ehr })).start()
  const kept = () =>
    app.evaluate(async ({ clipboard }) => ({
      copied: await clipboard.readText(),
      // Electron up to 39 takes the selection as an argument; later ones have an object for it.
      selected: await ('selection' in clipboard ? clipboard.selection.readText() : (clipboard as { readText(type: 'selection'): string }).readText('selection')),
    }))
  await person.signIn(ehr.account('aokafor'))
  await person.choosePin()
  await (await person.sees('patient-row')).click()
  const name = (await (await person.sees('chart-banner')).getByRole('heading').textContent()) ?? ''
  expect(name).not.toBe('')

  await person.press('a', 'control')
  await person.press('c', 'control')
  await expect.poll(async () => (await kept()).copied).toContain(name)
  await person.lock()
  await expect.poll(kept).toEqual({ copied: '', selected: '' })

  await app.evaluate(({ clipboard }) => clipboard.writeText('of another program'))
  await person.unlock()
  await person.lock()
  await expect.poll(kept).toEqual({ copied: 'of another program', selected: '' })
})
