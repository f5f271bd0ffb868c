export { BadgeReader } from './BadgeReader.tsx'
