/** One's own API tokens, for the command line and the SDK. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useState } from 'react'
import { answer, api, type Schemas } from '@/api/client'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Card } from '@/ui/Card'
import { EmptyState } from '@/ui/EmptyState'
import { Time } from '@/ui/Time'
import { tellError } from '@/ui/Toast'
import { NewTokenDialog } from './NewTokenDialog'

type Token = Schemas['Token']

export function Tokens() {
  const [making, setMaking] = useState(false)
  const { data } = useQuery({
    queryKey: ['tokens'],
    queryFn: () => answer(api.GET('/api/v1/tokens', { params: { query: { limit: 200 } } })),
  })
  return (
    <Card
      title="API tokens"
      actions={
        <Button size="small" icon={Plus} onClick={() => setMaking(true)}>
          New token
        </Button>
      }
      flush
    >
      {data?.items.length === 0 ? (
        <EmptyState icon={KeyRound} title="No tokens yet">
          A token lets the command line and the SDK act as you, within the scopes you give it.
        </EmptyState>
      ) : (
        <ul className="divide-y divide-line">
          {data?.items.map((token) => (
            <TokenRow key={token.id} token={token} />
          ))}
        </ul>
      )}
      <NewTokenDialog open={making} onClose={() => setMaking(false)} />
    </Card>
  )
}

function TokenRow({ token }: { token: Token }) {
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => api.DELETE('/api/v1/tokens/{token_id}', { params: { path: { token_id: token.id } } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
    onError: tellError,
  })
  return (
    <li className="flex items-center gap-3 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-2">
          <span className="truncate font-medium">{token.name}</span>
          <span className="font-mono text-small text-ink-3">{token.hint}…</span>
          {token.expired && <Badge tone="warn">expired</Badge>}
        </p>
        <p className="text-small text-ink-3">
          {token.scopes.join(', ')} ·{' '}
          {token.last_used_at ? (
            <>
              used <Time at={token.last_used_at} />
            </>
          ) : (
            'never used'
          )}
          {token.expires_at && !token.expired && (
            <>
              {' '}
              · ends <Time at={token.expires_at} />
            </>
          )}
        </p>
      </div>
      <Button size="small" tone="quiet" busy={revoke.isPending} onClick={() => revoke.mutate()}>
        Revoke
      </Button>
    </li>
  )
}
