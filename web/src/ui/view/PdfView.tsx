/** A PDF's pages, drawn by pdf.js when one is first needed; its worker and fonts come with the app. */
import { lazy, Suspense } from 'react'
import { Skeleton } from '../Skeleton'

const Pages = lazy(() => import('./PdfPages'))

export interface PdfViewProps {
  src: string
  title: string
  keyed?: boolean
  className?: string
}

export function PdfView(props: PdfViewProps) {
  return (
    <Suspense fallback={<Skeleton className={`h-full ${props.className ?? ''}`} />}>
      <Pages key={props.src} {...props} />
    </Suspense>
  )
}
