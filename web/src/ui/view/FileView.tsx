/** A file in the view its name asks for: a picture, a PDF, or a link where a browser has no safe view. */
import { FileText } from 'lucide-react'
import { ImageView } from './ImageView'
import { PdfView } from './PdfView'

export interface FileViewProps {
  src: string
  /** Its name or path; the suffix tells the kind. */
  name: string
  /** What the file belongs to; its pictures share one frame. */
  of?: string
  keyed?: boolean
  className?: string
}

const picture = /\.(png|jpe?g|gif|webp|bmp|avif)$/i

export function FileView({ src, name, of, keyed = false, className = '' }: FileViewProps) {
  const shown = name.split('/').at(-1) ?? name
  if (picture.test(name))
    return <ImageView src={src} alt={shown} of={of} keyed={keyed} className={className} />
  if (/\.pdf$/i.test(name)) return <PdfView src={src} title={shown} keyed={keyed} className={className} />
  return (
    <div className={`flex flex-col items-center justify-center gap-2 bg-sunken text-ink-2 ${className}`}>
      <FileText aria-hidden size={24} strokeWidth={1.5} />
      <a href={src} className="underline" target="_blank" rel="noreferrer">
        Open {shown}
      </a>
    </div>
  )
}
