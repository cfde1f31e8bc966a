/** The graph around one thing; every node is a link to its page. */
import {
  Background,
  Controls,
  Handle,
  Position,
  ReactFlow,
  type NodeProps,
  type Node as Drawn,
} from '@xyflow/react'
import '@xyflow/react/dist/style.css'
import { clsx } from 'clsx'
import { Crosshair } from 'lucide-react'
import { useMemo, type CSSProperties } from 'react'
import { Link } from 'react-router'
import { spoken } from '@/lib/words'
import { HEIGHT, placesOf, WIDTH } from './layout'
import { pageOf, type Graph, type Node } from './lineage'

type Thing = Drawn<{ node: Node; focused: boolean }, 'thing'>

// The library's own colours know nothing of this app's themes.
const COLOURS = {
  '--xy-background-color': 'transparent',
  '--xy-controls-button-background-color': 'var(--raised)',
  '--xy-controls-button-background-color-hover': 'var(--hover)',
  '--xy-controls-button-color': 'var(--ink)',
  '--xy-controls-button-color-hover': 'var(--ink)',
  '--xy-controls-button-border-color': 'var(--line)',
} as CSSProperties

const nodeTypes = { thing: ThingNode }

export default function LineageGraph({ graph }: { graph: Graph }) {
  const { nodes, edges } = useMemo(() => {
    const places = placesOf(graph)
    return {
      nodes: graph.nodes.map((node): Thing => {
        const id = `${node.kind}:${node.ref}`
        return {
          id,
          type: 'thing',
          position: places.get(id) ?? { x: 0, y: 0 },
          data: { node, focused: id === graph.focus },
        }
      }),
      edges: graph.edges.map(({ source, target, details }) => ({
        id: `${source}→${target}`,
        source,
        target,
        ...(details.version === undefined ? {} : { label: `v${String(details.version as string | number)}` }),
      })),
    }
  }, [graph])
  return (
    <ReactFlow
      nodes={nodes}
      edges={edges}
      nodeTypes={nodeTypes}
      fitView
      fitViewOptions={{ maxZoom: 1 }}
      minZoom={0.2}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      edgesFocusable={false}
      elementsSelectable={false}
      style={COLOURS}
      proOptions={{ hideAttribution: true }}
      defaultEdgeOptions={{
        style: { stroke: 'var(--line-strong)' },
        labelStyle: { fill: 'var(--ink-2)', fontSize: 11 },
        labelBgStyle: { fill: 'var(--surface)' },
      }}
    >
      <Background color="var(--line)" gap={20} />
      <Controls showInteractive={false} />
    </ReactFlow>
  )
}

/** A source's own name, and apart from it the schema that it lies in. */
function namesOf({ kind, name }: Node): { own: string; where: string } {
  const cut = kind === 'table' || kind === 'volume' ? name.lastIndexOf('.') : -1
  return { own: name.slice(cut + 1), where: cut > 0 ? ` in ${name.slice(0, cut)}` : '' }
}

function ThingNode({ data: { node, focused } }: NodeProps<Thing>) {
  const { own, where } = namesOf(node)
  return (
    <div
      style={{ width: WIDTH, height: HEIGHT }}
      className={clsx(
        // The library turns pointers away from nodes that nobody drags or selects; these hold links.
        'nodrag nopan pointer-events-auto flex items-center gap-1 rounded-card border bg-raised px-3',
        focused ? 'border-accent ring-1 ring-accent' : 'border-line',
      )}
    >
      <Handle type="target" position={Position.Left} className="invisible" />
      <span className="min-w-0 flex-1">
        <span className="block truncate text-small text-ink-3">{spoken(node.kind) + where}</span>
        <Link to={pageOf(node)} title={node.name} className="block truncate font-medium hover:underline">
          {own}
        </Link>
      </span>
      {!focused && (
        <Link
          to={`/lineage?kind=${node.kind}&ref=${encodeURIComponent(node.ref)}`}
          aria-label={`Lineage around ${node.name}`}
          title="Lineage around this"
          className="flex size-6 shrink-0 items-center justify-center rounded-control text-ink-3 hover:bg-hover hover:text-ink"
        >
          <Crosshair aria-hidden size={14} />
        </Link>
      )}
      <Handle type="source" position={Position.Right} className="invisible" />
    </div>
  )
}
