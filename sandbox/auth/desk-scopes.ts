import type { Role } from '../types.ts'

/**
 * What the support desk asks for: to see workstations and orders, to give orders, to deal with alerts. Ours: SMART has scopes for records alone, and these
 * reach none. For the hospital's own application, and for the role that helps workstations.
 */
export const deskScopes = ['lockout.read', 'lockout.order', 'lockout.alerts'] as const
export type DeskScope = (typeof deskScopes)[number]

export const isDeskScope = (scope: string): scope is DeskScope => deskScopes.some((one) => one === scope)

/** Those that a role is granted, of those asked. */
export const deskScopesFor = (asked: readonly string[], role: Role): DeskScope[] => (role === 'support' ? asked.filter(isDeskScope) : [])
