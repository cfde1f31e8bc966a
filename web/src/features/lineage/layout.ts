/** Where the things of a graph stand: from what was read on the left to what was made on the right. */
import { graphlib, layout } from '@dagrejs/dagre'
import type { Graph } from './lineage'

export const WIDTH = 190
export const HEIGHT = 58

/** The upper left corner of each node, by `kind:ref`. */
export function placesOf({ nodes, edges }: Graph): Map<string, { x: number; y: number }> {
  const drawing = new graphlib.Graph()
  drawing.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 70 })
  drawing.setDefaultEdgeLabel(() => ({}))
  for (const { kind, ref } of nodes) drawing.setNode(`${kind}:${ref}`, { width: WIDTH, height: HEIGHT })
  for (const { source, target } of edges) drawing.setEdge(source, target)
  layout(drawing)
  return new Map(
    drawing.nodes().map((id) => {
      const { x, y } = drawing.node(id) as { x: number; y: number }
      return [id, { x: x - WIDTH / 2, y: y - HEIGHT / 2 }]
    }),
  )
}
