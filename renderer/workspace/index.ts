export { Warning } from './Warning.tsx'
export { Workspace } from './Workspace.tsx'
