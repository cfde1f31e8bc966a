/** Sending a file with progress; `fetch` cannot tell how much has left. */
import { requestHeaders } from './client'
import { problemOf, ProblemError } from './problem'

export interface UploadOptions {
  onProgress?: (sent: number, total: number) => void
  signal?: AbortSignal
}

/** POSTs a form with its file to an address of the API (made by `addressOf`); throws `ProblemError` when refused. */
export function upload<T>(
  address: string,
  form: FormData,
  { onProgress, signal }: UploadOptions = {},
): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', address)
    for (const [name, value] of Object.entries(requestHeaders('POST'))) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => onProgress?.(event.loaded, event.total)
    request.onload = () => {
      const { status, responseText } = request
      if (status < 400) {
        resolve((responseText ? JSON.parse(responseText) : undefined) as T)
        return
      }
      const media = request.getResponseHeader('content-type') ?? ''
      problemOf(new Response(responseText, { status, headers: { 'content-type': media } })).then(
        reject,
        reject,
      )
    }
    request.onerror = () => void whatBroke(form).then(reject)
    request.onabort = () =>
      reject(new ProblemError({ type: 'cancelled', title: 'The upload was cancelled.', status: 0 }))
    signal?.addEventListener('abort', () => request.abort())
    if (signal?.aborted) request.onabort(new ProgressEvent('abort'))
    else request.send(form)
  })
}

/** The browser tells nothing apart: the server may be away, or a file is on disk no more as it was chosen. */
async function whatBroke(form: FormData): Promise<Error> {
  for (const part of form.values()) {
    if (!(part instanceof File)) continue
    try {
      await part.slice(0, 1).arrayBuffer()
    } catch {
      return new ProblemError({
        type: 'file-changed',
        title: `${part.name} was changed or removed after it was chosen.`,
        status: 0,
        fix: 'Choose it again.',
      })
    }
  }
  return new TypeError('The connection broke while the file was sent.')
}
