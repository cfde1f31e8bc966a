/** What other parts of the app may use of identity. */
export { MeMenu } from './MeMenu'
