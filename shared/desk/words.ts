/** `awaiting`: a second person. `lapsed`: nobody agreed within the hour. */
export const deskOrderStates = ['awaiting', 'given', 'rejected', 'lapsed', 'undone'] as const
/** At one workstation. `held`: nobody has agreed. `waiting`: on its way. `taken`: kept there, and acknowledged. */
export const deliveryStates = ['held', 'waiting', 'taken', 'refused', 'withdrawn'] as const
export const deliveryResults = ['done', 'failed', 'not-for-here'] as const

/** Characters, without the blanks around them. */
export const reasonLength = { least: 10, most: 500 } as const
export const messageLength = { least: 1, most: 280 } as const

/** How somebody who calls the desk was identified. `called-back`: at a number that the hospital knows to be theirs. */
export const identifications = ['in-person', 'called-back', 'manager-vouches', 'staff-number', 'other'] as const
export type Identification = (typeof identifications)[number]

export const deskAlertStates = ['open', 'taken', 'closed'] as const
/** What somebody found when they closed an alert. `passed-on`: to those who may look at charts. */
export const alertFindings = ['harmless', 'passed-on', 'confirmed'] as const
export type AlertFinding = (typeof alertFindings)[number]
