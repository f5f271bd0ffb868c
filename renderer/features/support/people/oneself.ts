import type { SessionView } from '../../../../shared/contract/index.ts'

/** Whether somebody at the desk is whoever reads it here. By what the EHR calls them: two colleagues may have one name. */
export function isOneself({ sub }: Pick<SessionView, 'sub'>, somebody: { readonly sub: string }): boolean {
  return sub !== undefined && sub === somebody.sub
}
