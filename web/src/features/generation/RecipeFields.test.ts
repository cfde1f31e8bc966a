import { describe, expect, it } from 'vitest'
import { ofItsMode, startOfRecipe } from './RecipeFields'

describe('ofItsMode', () => {
  const chosen = { ...startOfRecipe, column: 'intent', trusted: true, endpoint_id: 'm1', limit: 5 }

  it('leaves out what was chosen for another mode', () => {
    expect(ofItsMode({ ...chosen, mode: 'manual' })).toEqual({ ...startOfRecipe, limit: 5 })
    expect(ofItsMode({ ...chosen, mode: 'existing_column' })).toEqual({
      ...chosen,
      mode: 'existing_column',
      endpoint_id: null,
    })
    expect(ofItsMode({ ...chosen, mode: 'ai_generated' })).toEqual({
      ...startOfRecipe,
      mode: 'ai_generated',
      endpoint_id: 'm1',
      limit: 5,
    })
  })
})
