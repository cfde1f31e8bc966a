/** A place to write templates, JSON and filters, with line numbers, colours and errors where they are. */
import { lazy, Suspense } from 'react'
import { Skeleton } from '../Skeleton'

const Editor = lazy(() => import('./CodeMirror'))

export interface CodeProblem {
  message: string
  /** Counted from 1; the whole first line when unknown. */
  line?: number
  column?: number
}

export interface CodeEditorProps {
  value: string
  onChange?: (value: string) => void
  language: 'jinja' | 'json' | 'text'
  label: string
  readOnly?: boolean
  problems?: readonly CodeProblem[]
  /** Names offered while typing, such as a sheet's columns. */
  suggestions?: readonly { name: string; detail?: string }[]
  minHeight?: string
}

export function CodeEditor(props: CodeEditorProps) {
  return (
    <Suspense fallback={<Skeleton className="h-24 w-full" />}>
      <Editor {...props} />
    </Suspense>
  )
}
