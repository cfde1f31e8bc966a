import { describe, expect, it } from 'vitest'
import { pressedKey, printKey, splitKey } from './keyText'

const press = (key: string, code = '', mods: Partial<KeyboardEvent> = {}) =>
  pressedKey({ key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...mods })

describe('pressedKey', () => {
  it.each([
    ['a letter', press('a', 'KeyA'), 'a'],
    ['a letter by the layout, not the place', press('a', 'KeyQ'), 'a'],
    ['control and a letter', press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }), 'mod+shift+z'],
    ['a digit', press('1', 'Digit1'), '1'],
    ['the digit row of a layout that types signs there', press('&', 'Digit1'), '1'],
    ['shift and the digit row, which is a sign here', press('!', 'Digit1', { shiftKey: true }), '!'],
    ['the number pad', press('7', 'Numpad7'), '7'],
    ['a question mark', press('?', 'Slash', { shiftKey: true }), '?'],
    ['the space bar', press(' ', 'Space'), 'space'],
    ['a modifier alone', press('Shift', 'ShiftLeft', { shiftKey: true }), undefined],
  ])('%s', (_, pressed, expected) => expect(pressed).toBe(expected))
})

describe('printKey', () => {
  it('prints a chord part by part', () => {
    expect(printKey('mod+shift+z')).toEqual(['Ctrl', 'Shift', 'Z'])
  })

  it('knows the plus key from the plus between keys', () => {
    expect(splitKey('+')).toEqual(['+'])
    expect(splitKey('mod++')).toEqual(['mod', '+'])
  })
})
