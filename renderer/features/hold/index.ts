export { HoldPanel } from './HoldPanel.tsx'
