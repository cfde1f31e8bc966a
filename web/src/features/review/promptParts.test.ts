import { describe, expect, it } from 'vitest'
import { partsOf, withText } from './promptParts'

const picture = { type: 'image_url', image_url: { url: 'volume://desk.mail.photos/a.png' } }
const content = [{ type: 'text', text: 'Before' }, picture, { type: 'text', text: 'After' }]

describe('the parts of a turn', () => {
  it('are its texts and, by name, its pictures', () => {
    expect(partsOf(content).map(({ text, name, ordinal }) => [text ?? name, ordinal])).toEqual([
      ['Before', 1],
      ['[picture]', 0],
      ['After', 2],
    ])
    expect(partsOf('Plain')).toEqual([{ text: 'Plain', name: '', ordinal: 1 }])
  })

  it('change one at a time: typing puts no name of a picture into a text', () => {
    let edited: unknown = content
    for (const typed of ['After!', 'After!!']) edited = withText(edited, 2, typed)
    expect(edited).toEqual([{ type: 'text', text: 'Before' }, picture, { type: 'text', text: 'After!!' }])
    expect(withText('Plain', 0, 'Plainer')).toBe('Plainer')
  })
})
