import { expect, it } from 'vitest'
import { currentTab } from './Tabs'

const at = (pathname: string, search = '') => ({ pathname, search })

it('marks the deepest tab that leads to the page', () => {
  const tabs = [
    { to: '/data', label: 'Sheets' },
    { to: '/data/catalog', label: 'Catalog' },
  ]
  expect(currentTab(tabs, at('/data'))?.label).toBe('Sheets')
  expect(currentTab(tabs, at('/data/catalog/main.sample'))?.label).toBe('Catalog')
  expect(currentTab(tabs, at('/database'))).toBeUndefined()
})

it('marks one tab of those that differ by a parameter', () => {
  const tabs = [
    { to: '?', label: 'Rows' },
    { to: '?tab=columns', label: 'Columns' },
  ]
  expect(currentTab(tabs, at('/t', '?from=100'))?.label).toBe('Rows')
  expect(currentTab(tabs, at('/t', '?tab=columns&from=100'))?.label).toBe('Columns')
})
