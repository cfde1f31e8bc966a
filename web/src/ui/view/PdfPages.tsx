/** The pages themselves; loaded lazily by `PdfView`, because pdf.js is large. */
import { ZoomIn, ZoomOut, Maximize } from 'lucide-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useState } from 'react'
import { Document, Page, pdfjs } from 'react-pdf'
import 'react-pdf/dist/Page/TextLayer.css'
import workerUrl from 'pdfjs-dist/build/pdf.worker.min.mjs?url'
import { problemOf } from '@/api/problem'
import { useKey } from '@/lib/useKey'
import { IconButton } from '../IconButton'
import { ErrorState } from '../ErrorState'
import { Skeleton } from '../Skeleton'
import type { PdfViewProps } from './PdfView'

pdfjs.GlobalWorkerOptions.workerSrc = workerUrl

const options = {
  standardFontDataUrl: '/assets/pdf/standard_fonts/',
  cMapUrl: '/assets/pdf/cmaps/',
  wasmUrl: '/assets/pdf/wasm/',
  isEvalSupported: false,
  // One worker for all: starting one for each file is what takes the time.
  worker: new pdfjs.PDFWorker(),
}
const PADDING = 24
const STEP = 1.25

/** The whole file: small ones were loaded ahead, and a read that is given up leaves nothing running. */
async function read(src: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(src, { signal })
  if (!response.ok) throw await problemOf(response)
  return new Uint8Array(await response.arrayBuffer())
}

export default function PdfPages({ src, title, keyed = false, className = '' }: PdfViewProps) {
  const panel = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [zoom, setZoom] = useState(1)
  const [pages, setPages] = useState(0)
  const bytes = useQuery({ queryKey: ['pdf', src], queryFn: ({ signal }) => read(src, signal), gcTime: 0 })
  // pdf.js takes what it is given to its worker, so it is given a copy.
  const file = useMemo(() => bytes.data && { data: bytes.data.slice() }, [bytes.data])
  useEffect(() => {
    const element = panel.current
    if (!element) return
    const observer = new ResizeObserver(([entry]) => entry && setWidth(entry.contentRect.width))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const zoomBy = (factor: number) => setZoom((old) => Math.min(5, Math.max(0.4, old * factor)))
  useKey('view.zoomIn', () => zoomBy(STEP), { enabled: keyed, within: panel })
  useKey('view.zoomOut', () => zoomBy(1 / STEP), { enabled: keyed, within: panel })
  useKey('view.fit', () => setZoom(1), { enabled: keyed, within: panel })
  const waiting = <Skeleton className="h-96 w-full" />
  const problem = <ErrorState error={bytes.error ?? new Error(`${title} cannot be read as a PDF.`)} />
  return (
    <div className={`relative bg-sunken ${className}`}>
      <div
        ref={panel}
        className="h-full overflow-auto p-3 pb-12" // so that the last line can be scrolled out from under the bar
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- scrolling regions must be reachable
        tabIndex={0}
        role="region"
        aria-label={`${title}, PDF`}
      >
        <Document
          file={file ?? null}
          noData={bytes.isError ? problem : waiting}
          options={options}
          onLoadSuccess={(document) => setPages(document.numPages)}
          loading={waiting}
          error={problem}
          className="flex flex-col items-center gap-3"
        >
          {width > 0 &&
            Array.from({ length: pages }, (_, index) => (
              <Page
                key={index}
                pageNumber={index + 1}
                width={(width - PADDING) * zoom}
                renderAnnotationLayer={false}
                loading={<Skeleton className="h-96 w-full" />}
                className="shadow-card"
              />
            ))}
        </Document>
      </div>
      <div className="absolute right-4 bottom-2 flex items-center rounded-control border border-line bg-raised">
        {pages > 0 && (
          <span className="px-2 text-small text-ink-2 tabular-nums">
            {pages === 1 ? '1 page' : `${pages} pages`}
          </span>
        )}
        <IconButton size="small" icon={ZoomOut} label="Zoom out" onClick={() => zoomBy(1 / STEP)} />
        <IconButton size="small" icon={ZoomIn} label="Zoom in" onClick={() => zoomBy(STEP)} />
        <IconButton size="small" icon={Maximize} label="Fit width" onClick={() => setZoom(1)} />
      </div>
    </div>
  )
}
