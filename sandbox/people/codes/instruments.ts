import type { Concept } from './concept.ts'

/** A questionnaire whose answers, 0 to 3 each, add up to its score. */
export interface Instrument {
  readonly url: string
  readonly title: string
  readonly code: Concept
  readonly question: string
  readonly items: readonly Concept[]
  readonly total: Concept
}

/** Both may be reproduced without permission; the notice says so and is shown with them. */
export const instrumentNotice =
  'Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, with an educational grant from Pfizer Inc. No permission required to reproduce, translate, display or distribute.'

/** LOINC answer list LL358-3, in the order of their score. */
export const frequencies = [
  { code: 'LA6568-5', display: 'Not at all' },
  { code: 'LA6569-3', display: 'Several days' },
  { code: 'LA6570-1', display: 'More than half the days' },
  { code: 'LA6571-9', display: 'Nearly every day' },
] as const satisfies readonly Concept[]

const item = (code: string, display: string): Concept => ({ code, display })

/** LOINC panels 44249-1 and 69737-5, their items and totals. */
export const instruments = {
  depression: {
    url: 'https://sandbox.chartkeep.example/Questionnaire/phq-9',
    title: 'Patient Health Questionnaire (PHQ-9)',
    code: { code: '44249-1', display: 'PHQ-9 quick depression assessment panel', text: 'PHQ-9' },
    question: 'Over the last 2 weeks, how often have you been bothered by any of the following problems?',
    items: [
      item('44250-9', 'Little interest or pleasure in doing things'),
      item('44255-8', 'Feeling down, depressed, or hopeless'),
      item('44259-0', 'Trouble falling or staying asleep, or sleeping too much'),
      item('44254-1', 'Feeling tired or having little energy'),
      item('44251-7', 'Poor appetite or overeating'),
      item('44258-2', 'Feeling bad about yourself, or that you are a failure or have let yourself or your family down'),
      item('44252-5', 'Trouble concentrating on things, such as reading the newspaper or watching television'),
      item('44253-3', 'Moving or speaking so slowly that other people could have noticed, or the opposite, being so fidgety or restless that you have been moving around a lot more than usual'),
      item('44260-8', 'Thoughts that you would be better off dead, or of hurting yourself in some way'),
    ],
    total: { code: '44261-6', display: 'Patient Health Questionnaire 9 item (PHQ-9) total score [Reported]', text: 'PHQ-9 total score' },
  },
  anxiety: {
    url: 'https://sandbox.chartkeep.example/Questionnaire/gad-7',
    title: 'Generalized Anxiety Disorder questionnaire (GAD-7)',
    code: { code: '69737-5', display: 'Generalized anxiety disorder 7 item (GAD-7)', text: 'GAD-7' },
    question: 'Over the last 2 weeks, how often have you been bothered by the following problems?',
    items: [
      item('69725-0', 'Feeling nervous, anxious, or on edge'),
      item('68509-9', 'Not being able to stop or control worrying'),
      item('69733-4', 'Worrying too much about different things'),
      item('69734-2', 'Trouble relaxing'),
      item('69735-9', 'Being so restless that it is hard to sit still'),
      item('69689-8', 'Becoming easily annoyed or irritable'),
      item('69736-7', 'Feeling afraid, as if something awful might happen'),
    ],
    total: { code: '70274-6', display: 'Generalized anxiety disorder 7 item (GAD-7) total score [Reported.PHQ]', text: 'GAD-7 total score' },
  },
} as const satisfies Record<string, Instrument>

export type InstrumentKey = keyof typeof instruments

/** Item 9 of the PHQ-9 asks about death. Nobody here answers it with yes: every note says that it was asked and denied. */
export const deniedItem = '44260-8'
