/** The mark of the workbench: rows of data, one of them tagged. */
export function Mark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="7" fill="#1d5049" />
      <rect x="7" y="8" width="10" height="3.4" rx="1.7" fill="#9edccf" />
      <rect x="7" y="14.3" width="14" height="3.4" rx="1.7" fill="#9edccf" />
      <rect x="7" y="20.6" width="8" height="3.4" rx="1.7" fill="#9edccf" />
      <path d="M20 8h4.2c.5 0 .8.4.8.8v2.4l-2.5 2L20 11.2z" fill="#e39a63" />
    </svg>
  )
}
