export { SignIn } from './SignIn.tsx'
export { SigningIn } from './SigningIn.tsx'
