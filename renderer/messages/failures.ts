import type { FailureKind } from '../../shared/errors.ts'

/** A failure in words: what happened, and what the person can do now. */
export interface FailureWords {
  readonly what: string
  readonly next: string
}

/**
 * Words for every kind of failure there is; a kind without words does not compile.
 * Never names a patient, a token or a server: the kind is all that is known here.
 */
export const failureWords: { readonly [K in FailureKind]: FailureWords } = {
  offline: { what: 'The EHR cannot be reached.', next: 'Check the network. What was kept on this workstation can still be read.' },
  timeout: { what: 'The EHR did not answer in time.', next: 'Try again. If it stays slow, tell IT.' },
  cancelled: { what: 'This was cancelled.', next: 'Try again when you are ready.' },
  'untrusted-certificate': { what: 'The connection is not the one your organization trusts.', next: 'Do not continue elsewhere. Call IT: the network or the EHR’s certificate has changed.' },
  redirected: { what: 'The EHR pointed to another address, which was refused.', next: 'Call IT.' },
  throttled: { what: 'The EHR asks for a pause.', next: 'Wait a moment, then try again.' },
  server: { what: 'The EHR failed to answer.', next: 'Try again. If it goes on, follow the downtime procedure and tell IT.' },
  unauthorized: { what: 'Your session at the EHR is over.', next: 'Sign in again with your full sign-in.' },
  forbidden: { what: 'The EHR does not let you see this.', next: 'If you need it to treat this patient, ask a supervisor or use your organization’s emergency access procedure.' },
  'not-found': { what: 'The EHR has no such record.', next: 'Search for the patient again. The record may have been merged.' },
  gone: { what: 'The record was removed from the EHR.', next: 'Search for the patient again. The record may have been merged.' },
  conflict: { what: 'Someone else changed this first.', next: 'Read the new version, then make your change again.' },
  malformed: { what: 'The EHR’s answer could not be read.', next: 'Use the EHR’s own screen for this part, and tell IT.' },
  'too-large': { what: 'The EHR’s answer was too large to read safely.', next: 'Use the EHR’s own screen for this part, and tell IT.' },
  'not-viewable': { what: 'This file is of a kind that Chartkeep does not show.', next: 'Open it in the EHR’s own screen.' },
  'wrong-patient': { what: 'The EHR answered with another patient’s record. It is not shown.', next: 'Close this chart, open it again, and report it to IT as a safety event.' },
  locked: { what: 'Chartkeep is locked.', next: 'Unlock it to go on.' },
  stale: { what: 'This chart was closed when the workstation was locked.', next: 'Open it again from the patient list.' },
  'not-permitted': { what: 'Not permitted for your account.', next: 'Ask a colleague whose account is, or ask IT if yours should be.' },
  held: { what: 'This chart is not shown until you have said why you need it.', next: 'Answer the question in its place. Everything else can be used as before.' },
  'invalid-input': { what: 'What was entered cannot be used.', next: 'Check it and try again.' },
  'unknown-procedure': { what: 'Chartkeep asked for something it does not have.', next: 'Restart Chartkeep. If it happens again, tell IT.' },
  'wrong-sender': { what: 'A request from outside was refused.', next: 'Tell IT.' },
  'audit-unavailable': { what: 'Access cannot be recorded, so nothing can be shown.', next: 'The disk of this workstation may be full or read-only. Use another workstation and tell IT.' },
  'keychain-missing': { what: 'This workstation has no keychain.', next: 'You can work online; nothing is kept here. Tell IT.' },
  'keychain-locked': { what: 'The keychain of this workstation is locked.', next: 'Unlock the keychain, then try again.' },
  'keychain-denied': { what: 'The keychain refused Chartkeep.', next: 'Allow access if you are asked. Otherwise tell IT.' },
  'keychain-corrupt': { what: 'What the keychain holds cannot be read.', next: 'Sign in again with your full sign-in, and tell IT.' },
  'hsm-driver': { what: 'The security module that holds this workstation’s key does not work.', next: 'Nothing was lost. Try again; if it stays, call IT: its driver is missing or failed. With your full sign-in you can work without what is kept here.' },
  'hsm-silent': { what: 'The security module that holds this workstation’s key does not answer.', next: 'Nothing was lost. Try again; if it stays, call IT. With your full sign-in you can work without what is kept here.' },
  'hsm-absent': { what: 'The card or security module that holds this workstation’s key is not there.', next: 'Nothing was lost. Insert the card or connect the module, then try again. With your full sign-in you can work without what is kept here.' },
  'hsm-ambiguous': { what: 'More than one card or security module answers to the same name.', next: 'Nothing was lost. Take out the one that does not belong here, then try again. If it stays, call IT.' },
  'hsm-pin-missing': { what: 'This workstation has no PIN for its security module.', next: 'Nothing was lost. Call IT: the module’s own PIN must be set up here. It is not your PIN.' },
  'hsm-pin-wrong': { what: 'The security module refused this workstation. Your PIN has nothing to do with it.', next: 'Nothing was lost. Call IT: the module’s own PIN must be set up anew. It is not tried again until then.' },
  'hsm-pin-locked': { what: 'The security module is locked after wrong PINs of its own, or about to be.', next: 'Nothing was lost. Call IT, who can unlock the module.' },
  'hsm-key-missing': { what: 'The security module no longer holds the key to what is kept here.', next: 'Call IT, who may restore it. Until then, work at another workstation.' },
  'hsm-unfit': { what: 'The security module cannot keep this workstation’s key safely.', next: 'Call IT: the module or its settings must be changed.' },
  'pin-wrong': { what: 'That PIN is not right.', next: 'Try again.' },
  'pin-void': { what: 'The PIN is no longer valid: too many wrong tries.', next: 'Sign in again with your full sign-in, then choose a new PIN.' },
  'pin-weak': { what: 'That PIN is too easy to guess.', next: 'Choose a longer one, without sequences, repeats or dates.' },
  'presence-refused': { what: 'This workstation did not recognize you, so your PIN was not tried.', next: 'Try again. It counts like a wrong PIN; after five, sign in with your full sign-in.' },
  'presence-unavailable': { what: 'Your organization asks for a fingerprint or face beside the PIN, and this workstation cannot check one now.', next: 'Unlock with full sign-in, then enter your PIN. No try was used.' },
  'vault-corrupt': { what: 'What was kept on this workstation is damaged.', next: 'You can go on: records are read from the EHR again. Tell IT.' },
  'vault-older': {
    what: 'What was kept on this workstation is from an earlier Chartkeep, which this one cannot open.',
    next: 'Sign in and choose a PIN: records are read from the EHR again. Notes that were not sent are put aside; tell IT.',
  },
  'vault-newer': { what: 'What is kept on this workstation was written by a newer Chartkeep.', next: 'Ask IT to update this workstation. Nothing was changed.' },
  'vault-rolled-back': {
    what: 'What is kept on this workstation is not what was left here: it was changed, or is an older copy.',
    next: 'Read your notes again before you go on: the newest words may be missing. This was recorded; tell IT.',
  },
  'vault-superseded': {
    what: 'What is kept on this workstation is an older copy, from before its keys were replaced. Nothing opens it any more.',
    next: 'Sign in and choose a PIN: records are read from the EHR again. Notes in the copy that were not sent are put aside. Tell IT, who may know who put it here.',
  },
  'vault-shut': {
    what: 'What you wrote on this workstation cannot be opened just now: the EHR did not give its part of the key, or what is kept of the key is damaged.',
    next: 'Try again. If it goes on, lock Chartkeep, sign in once more, and tell IT. Nothing was changed.',
  },
  'vault-unavailable': { what: 'Nothing is kept on this workstation.', next: 'You can work online. A PIN is not available: sign in fully after a lock.' },
  'disk-full': { what: 'The disk of this workstation is full. It was not saved.', next: 'Copy nothing elsewhere. Leave Chartkeep open and call IT, or go on at another workstation.' },
  'disk-read-only': { what: 'The disk of this workstation cannot be written. It was not saved.', next: 'Leave Chartkeep open and call IT, or go on at another workstation.' },
  'sign-in-discovery': { what: 'The EHR does not say how to sign in.', next: 'Try again. If it stays, IT must check the EHR’s address in the policy.' },
  'sign-in-declined': { what: 'Sign-in was declined.', next: 'Try again, and allow the access that Chartkeep asks for.' },
  'sign-in-mismatch': { what: 'The answer to the sign-in was not meant for this workstation. It was refused.', next: 'Start again from here. If it happens twice, call IT.' },
  'sign-in-expired': { what: 'The sign-in took too long or was used before.', next: 'Start again.' },
  'sign-in-stale': { what: 'The EHR did not ask who you are. It was refused, so that nobody is signed in with someone else’s session.', next: 'Start again and enter your own credentials. If it goes on, tell IT.' },
  'sign-in-other-user': { what: 'That was someone else’s sign-in. This session belongs to the person named here.', next: 'Sign in as that person, or sign out first.' },
  'sign-in-clock': { what: 'The clock of this workstation is wrong.', next: 'Ask IT to set it. Sign-in needs the right time.' },
  'sign-in-role': { what: 'You are signed in, but the EHR gives you no role that Chartkeep knows.', next: 'Ask IT to check your account.' },
  'sign-in-port': { what: 'Another program holds the place on this workstation that the sign-in comes back to.', next: 'Close other copies of Chartkeep here and try again. If it stays, tell IT: the policy names the port.' },
  'sign-in-browser': { what: 'No browser could be opened on this workstation.', next: 'Tell IT: it needs a browser, or a policy with sign-in inside Chartkeep.' },
  'sign-in-mfa': { what: 'Your organization asks for two factors at sign-in, and the EHR does not say that you used them.', next: 'Sign in again with your authenticator app or security key. If you have none, or are not asked for it, call IT.' },
  'desk-not-oneself': { what: 'You cannot disable your own account.', next: 'Ask a colleague at the desk.' },
  'desk-needs-another': { what: 'This order needs a second person, and you asked for it yourself.', next: 'Ask a colleague at the desk to agree.' },
  'desk-cannot-undo': { what: 'This order was carried out and cannot be taken back.', next: 'Tell those whom it reached. Nothing else can be undone here.' },
  'desk-lapsed': { what: 'Nobody agreed to this order within the hour.', next: 'If it is still needed, give it again.' },
  'desk-decided': { what: 'A colleague has decided on this order already.', next: 'Read what became of it.' },
  internal: { what: 'Something went wrong in Chartkeep.', next: 'Try again. If it happens again, tell IT the code below.' },
}
