import { copyDamaged, surveyProfile } from './damaged-profile.ts'

// Damages a profile, trial after trial, and says what became of it, a line for each. In a process of its own: some damage ends the driver and with it the
// process, as it would end `records`; whoever starts this again for the same trial finds the profile as it was left.
const [good = '', folder = '', share = '', part = '', seed = '0', from = '0', to = '0', isAgain = ''] = process.argv.slice(2)
for (let trial = Number(from); trial < Number(to); trial += 1) {
  if (trial !== Number(from) || isAgain === '') copyDamaged(good, folder, Number(seed), trial)
  process.stdout.write(`${JSON.stringify(await surveyProfile(folder, { share, part }))}\n`)
}
