import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, it, vi } from 'vitest'
import { FileDrop } from './FileDrop'

it('takes the same file again: it may have been corrected meanwhile', async () => {
  const onFile = vi.fn()
  render(<FileDrop file={undefined} accept=".csv" onFile={onFile} />)
  const file = new File(['a,b'], 'boards.csv', { type: 'text/csv' })
  const user = userEvent.setup()
  await user.upload(screen.getByLabelText('File'), file)
  await user.upload(screen.getByLabelText('File'), file)
  expect(onFile.mock.calls).toEqual([[file], [file]])
})
