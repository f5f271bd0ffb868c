import type { DeskPermission } from '../../shared/contract/procedure.ts'

/**
 * What the support desk asks for (docs/lockout-api.json), and what each gives. Ours: SMART has scopes for records alone, and these reach none. A server
 * that has them says so in `scopes_supported`; another is not asked.
 */
export const deskScopes: Readonly<Record<string, DeskPermission>> = { 'lockout.read': 'desk:read', 'lockout.order': 'desk:order', 'lockout.alerts': 'desk:alerts' }

export const isDeskScope = (scope: string): boolean => Object.hasOwn(deskScopes, scope)
