import { expect, it } from 'vitest'
import { paletteMatch } from './paletteMatch'

it('takes words as they are typed, the start of a name first', () => {
  expect(paletteMatch('invo', 'Medical invoices', 'Assets sheet')).toBe(1)
  expect(paletteMatch('voice', 'Medical invoices', 'Assets sheet')).toBe(0.7)
  expect(paletteMatch('sheet medical', 'Medical invoices', 'Assets sheet')).toBe(0.4)
  expect(paletteMatch('invo', 'Governance', 'Admin')).toBe(0)
})
