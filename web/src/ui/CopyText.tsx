/** A text to copy, such as a link or a secret that is shown once. */
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './Button'

export function CopyText({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = () => {
    // Browsers refuse the clipboard on plain http; the text stays selectable for that case.
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    )
  }
  return (
    <div className="flex items-center gap-2">
      <input
        readOnly
        aria-label={label}
        value={text}
        onFocus={(event) => event.currentTarget.select()}
        className="control h-7.5 min-w-0 flex-1 px-2.5 font-mono text-small"
      />
      <Button icon={copied ? Check : Copy} onClick={copy}>
        {copied ? 'Copied' : 'Copy'}
      </Button>
    </div>
  )
}
