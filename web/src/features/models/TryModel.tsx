/** One call with a typed prompt, to see that a model answers. */
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { count } from '@/lib/numbers'
import { Confirm } from '@/ui/Dialog'
import { Field, TextArea } from '@/ui/Field'
import { tryModel, type ModelEndpoint } from './models'

export function TryModel({ model, onClose }: { model: ModelEndpoint; onClose: () => void }) {
  const [prompt, setPrompt] = useState('Answer with the one word: ready')
  const call = useMutation({ mutationFn: () => tryModel(model.id, prompt) })
  const said = call.data
  return (
    <Confirm
      open
      onClose={onClose}
      width="normal"
      title={`Try ${model.name}`}
      lead="Sends what you type here, and nothing of the workspace."
      action="Send"
      busy={call.isPending}
      disabled={!prompt.trim()}
      error={call.error}
      onConfirm={() => call.mutate()}
    >
      <Field label="Prompt" required>
        {(wired) => (
          <TextArea {...wired} value={prompt} onChange={(event) => setPrompt(event.target.value)} />
        )}
      </Field>
      <div aria-live="polite">
        {said?.answer != null && (
          <>
            <p className="rounded-control bg-good-soft px-3 py-2 whitespace-pre-wrap">{said.answer}</p>
            <p className="mt-1 text-small text-ink-3">
              {said.seconds.toFixed(1)} s · {count(said.tokens_in)} tokens in, {count(said.tokens_out)} out
            </p>
          </>
        )}
        {said?.problem && (
          <p className="rounded-control bg-bad-soft px-3 py-2">
            {said.problem} <span className="text-ink-2">{said.fix}</span>
          </p>
        )}
      </div>
    </Confirm>
  )
}
