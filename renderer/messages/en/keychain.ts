/** What is wrong with the workstation's keychain, what that means for who is before it, and the way out. */
export const keychain = {
  'keychain.what.keychain-missing': 'This workstation has no keychain.',
  'keychain.what.keychain-locked': 'The keychain of this workstation is locked.',
  'keychain.what.keychain-denied': 'The keychain of this workstation refused Chartkeep.',
  'keychain.what.keychain-corrupt': 'What the keychain of this workstation holds cannot be read.',
  'keychain.do.keychain-missing': 'If it was only switched off, try again. Otherwise tell IT.',
  'keychain.do.keychain-locked': 'Unlock it, then try again: it may ask for its own password, which is often that of this computer.',
  'keychain.do.keychain-denied': 'Try again, and allow access if you are asked. If you are not, tell IT.',
  'keychain.do.keychain-corrupt': 'Nothing in it was deleted. Tell IT.',

  'keychain.means.withoutKeeping': 'You can sign in all the same. Nothing is kept on this workstation then: notes have to be finished before a lock, and charts cannot be read offline.',
  'keychain.means.nothingKept': 'Nothing is kept on this workstation: notes have to be finished before a lock, and charts cannot be read offline.',
  'keychain.means.notThisSession': 'Nothing is kept on this workstation in this session, since what holds its key could not be reached when you signed in. To have it keep your work, finish your notes, lock, and unlock with full sign-in.',
  'keychain.means.kept': 'You can go on: what you write is kept. After a lock, the keychain is needed to open it again.',
  'keychain.means.locked': 'What you wrote is safe, and no try of your PIN was used. It opens when the keychain does. With your full sign-in you can work until then, with nothing kept.',
  'keychain.means.signedOut': 'You can sign in all the same. What was kept here before is safe, and opens when the keychain does.',

  'keychain.tryAgain': 'Try again',
  'keychain.standing.looking': 'Looking. Answer the keychain’s question, if it asks one.',
  'keychain.standing.still': 'It is still so.',
  'keychain.standing.back': 'It is back.',
  'keychain.standing.restarting': 'Chartkeep starts again with it.',
  'keychain.standing.needs-restart': 'Chartkeep has to start again to find it. Finish your notes, lock, and try again there.',
  'keychain.standing.after-session': 'It is back, and is used once you have signed out and in again. Finish your notes first.',
} as const
