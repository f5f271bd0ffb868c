export { ChoosePin } from './ChoosePin.tsx'
