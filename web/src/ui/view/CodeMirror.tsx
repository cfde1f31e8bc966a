/** The editor itself; loaded lazily by `CodeEditor`, because CodeMirror is large. */
import {
  autocompletion,
  closeBrackets,
  completionKeymap,
  type CompletionContext,
} from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { jinja } from '@codemirror/lang-jinja'
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { Compartment, EditorState, type Extension } from '@codemirror/state'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { useEffect, useEffectEvent, useRef } from 'react'
import type { CodeEditorProps } from './CodeEditor'

const languages: Record<CodeEditorProps['language'], () => Extension> = {
  jinja: () => jinja(),
  json: () => json(),
  text: () => [],
}

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operator, tags.controlKeyword], color: 'var(--copper)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--info)' },
  { tag: [tags.propertyName, tags.variableName, tags.attributeName], color: 'var(--accent-ink)' },
  { tag: [tags.comment, tags.blockComment], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.brace, tags.bracket, tags.punctuation], color: 'var(--ink-2)' },
])

const look = EditorView.theme({
  '&': { fontSize: '0.8125rem', backgroundColor: 'var(--raised)', color: 'var(--ink)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-content': { fontFamily: 'var(--font-mono)', padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--ink-3)', border: 'none' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', border: '1px solid var(--line)', color: 'var(--ink)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft) !important',
  },
  '.cm-diagnostic': { fontFamily: 'var(--font-sans)' },
})

export default function CodeMirror(props: CodeEditorProps) {
  const { value, language, label, readOnly = false, problems = [], minHeight = '6rem' } = props
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(undefined)
  const changing = useRef(new Compartment())
  const onChange = useEffectEvent((text: string) => props.onChange?.(text))
  const start = useEffectEvent(() => value)
  const complete = useEffectEvent((context: CompletionContext) => {
    const word = context.matchBefore(/[\w.]*/)
    if (!word || (word.from === word.to && !context.explicit)) return null
    const options = (props.suggestions ?? []).map(({ name, detail }) => ({
      label: name,
      type: 'variable',
      ...(detail === undefined ? {} : { detail }),
    }))
    return { from: word.from, options }
  })

  useEffect(() => {
    if (!host.current) return
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: start(),
        extensions: [
          lineNumbers(),
          history(),
          bracketMatching(),
          closeBrackets(),
          indentOnInput(),
          lintGutter(),
          autocompletion({ override: [(context) => complete(context)] }),
          // Tab leaves the editor, as it leaves any other field.
          keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of(
            (update) => update.docChanged && onChange(update.state.doc.toString()),
          ),
          syntaxHighlighting(colours),
          look,
          languages[language](),
          changing.current.of([]),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [language, label])

  useEffect(() => {
    const extension = [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)]
    view.current?.dispatch({ effects: changing.current.reconfigure(extension) })
  }, [readOnly, language, label])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])

  useEffect(() => {
    const editor = view.current
    if (!editor) return
    const { doc } = editor.state
    const diagnostics = problems.map(({ message, line, column }) => {
      const at = doc.line(Math.min(Math.max(line ?? 1, 1), doc.lines))
      const from = column === undefined ? at.from : Math.min(at.from + Math.max(column - 1, 0), at.to)
      return { from, to: at.to, severity: 'error' as const, message }
    })
    editor.dispatch(setDiagnostics(editor.state, diagnostics))
  }, [problems, value])

  return (
    <div
      ref={host}
      style={{ minHeight }}
      className="control overflow-hidden focus-within:outline-2 focus-within:outline-offset-1 focus-within:outline-accent [&_.cm-editor]:h-full"
    />
  )
}
