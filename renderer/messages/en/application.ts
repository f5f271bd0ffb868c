/** The application, its frame, and who is signed in. */
export const application = {
  'app.name': 'Chartkeep',
  'app.starting': 'Starting…',
  'app.loading': 'Opening…',
  'app.crashed': 'This screen stopped working.',
  'app.crashedNext': 'What you had typed was saved as you typed it. Lock or reload to go on.',
  'app.reload': 'Reload this screen',
  'app.code': 'Code {{code}}',
  'app.retry': 'Try again',
  'app.close': 'Close',
  'app.cancel': 'Cancel',

  'environment.label': 'Environment',
  'environment.test': 'TEST SYSTEM — not for patient care',
  'environment.training': 'TRAINING — not for patient care',
  'environment.read-only': 'READ ONLY — nothing can be written',

  'role.physician': 'Physician',
  'role.nurse': 'Nurse',
  'role.front-desk': 'Front desk',
  'role.support': 'Support',
  'role.compliance': 'Compliance officer',
  'role.privacy': 'Privacy officer',
  'role.other': 'Staff',

  'policy.missing': 'This workstation has no policy: nobody can sign in. IT installs one.',
  'policy.refused': 'The policy of this workstation was refused: nobody can sign in. IT must correct it.',
  'policy.held': 'A new policy was refused; the last good one is in force. Tell IT.',
  'policy.place': 'Line {{line}}, column {{column}}.',

  'offline.title': 'Offline since {{time}}',
  'offline.text': 'Charts you opened before can be read, as of the time shown. Notes are kept. Search and new charts need the network.',
  'offline.until': 'If the EHR does not answer by {{time}}, Chartkeep locks, and opens with a full sign-in only.',

  'keeping.full': 'The disk of this workstation is full.',
  'keeping.readOnly': 'The disk of this workstation cannot be written.',
  'keeping.disk': 'This workstation cannot write to its disk.',
  'keeping.audit': 'Access cannot be recorded, so nothing more is shown and notes are not saved. What was saved before is safe. Leave Chartkeep open, call IT to make room, and go on at another workstation.',
  'keeping.work': 'Notes and open charts are not saved. What was saved before is safe. Leave Chartkeep open until a note says “Saved”, and call IT to make room.',
  'keeping.foundWhy': 'What is kept on this workstation is not what was left here: it was changed from outside, or is an older copy.',
  'keeping.found': 'Read your notes again before you go on: the newest words may be missing. This was recorded; tell IT.',
  'keeping.cache': 'Charts are read from the EHR as ever, but what you open now cannot be read offline. Call IT to make room.',
} as const
