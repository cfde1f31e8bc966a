/** Where the app starts. */
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { makeQueryClient } from './api/queries'
import { Door } from './app/Door'
import { followSystemTheme } from './lib/theme'
import { Toasts } from './ui/Toast'
import './ui/theme.css'

followSystemTheme()

const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root to draw into.')

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <Door />
      <Toasts />
    </QueryClientProvider>
  </StrictMode>,
)
