/** The pages of people: members, and one's own settings. */
import { Settings, Users } from 'lucide-react'
import { page, type Feature } from '@/lib/places'

export const membersFeature: Feature = {
  routes: [page('members', () => import('./MembersPage'))],
  places: [{ group: 'Admin', label: 'Members', to: '/members', icon: Users, permission: 'members.read' }],
}

export const settingsFeature: Feature = {
  routes: [page('settings', () => import('./SettingsPage'))],
  places: [{ group: 'Admin', label: 'Settings', to: '/settings', icon: Settings }],
}
