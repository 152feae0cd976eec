import { RegoSet, type RegoObject, type RegoValue } from "../rego/value.ts";
import { BuiltinError } from "./builtin-error.ts";
import type { BuiltinFunction } from "./builtin-function.ts";
import { collectionOperand, isArray, objectOperand } from "./operands.ts";
import { identity } from "./value-identity.ts";

/** Vertices on all paths tried before `graph.reachable_paths` fails: paths grow exponentially. */
const maximumVisits = 1_000_000;

/** `graph.*`. */
export const graphBuiltins: Readonly<Record<string, BuiltinFunction>> = {
  "graph.reachable": (edges, initial) => {
    const vertices = adjacency(objectOperand(edges, 1));
    const reached = new Map<string, RegoValue>();
    const queue = [...collectionOperand(initial, 2)];
    for (let vertex = queue.pop(); vertex !== undefined; vertex = queue.pop()) {
      const id = identity(vertex);
      const neighbours = vertices.get(id);
      if (neighbours === undefined || reached.has(id)) continue;
      reached.set(id, vertex);
      queue.push(...neighbours);
    }
    return RegoSet.of(reached.values());
  },
  "graph.reachable_paths": (edges, initial) => {
    const search = new PathSearch(adjacency(objectOperand(edges, 1)));
    for (const vertex of collectionOperand(initial, 2)) search.from(vertex);
    return RegoSet.of(search.paths);
  },
};

type Adjacency = ReadonlyMap<string, readonly RegoValue[]>;

// A vertex whose edges are neither array nor set has none.
function adjacency(edges: RegoObject): Adjacency {
  return new Map(
    edges.entries.map(([vertex, neighbours]) => [
      identity(vertex),
      neighbours instanceof RegoSet ? neighbours.items : isArray(neighbours) ? neighbours : [],
    ]),
  );
}

class PathSearch {
  readonly paths: RegoValue[] = [];
  readonly #vertices: Adjacency;
  #visits = 0;

  constructor(vertices: Adjacency) {
    this.#vertices = vertices;
  }

  from(vertex: RegoValue): void {
    const id = identity(vertex);
    const neighbours = this.#vertices.get(id);
    if (neighbours === undefined) return;
    if (neighbours.length === 0) this.paths.push([vertex]);
    // As in OPA, an edge from the first vertex to itself is followed once.
    for (const neighbour of neighbours) this.#follow(neighbour, [vertex], new Set([id]));
  }

  #follow(vertex: RegoValue, path: readonly RegoValue[], onPath: ReadonlySet<string>): void {
    this.#visits += path.length;
    if (this.#visits > maximumVisits) throw new BuiltinError("the graph has too many paths");
    const id = identity(vertex);
    const neighbours = this.#vertices.get(id);
    const longer = neighbours === undefined ? path : [...path, vertex];
    if (neighbours === undefined || neighbours.length === 0) {
      this.paths.push(longer);
      return;
    }
    const visited = new Set(onPath).add(id);
    for (const neighbour of neighbours) {
      if (visited.has(identity(neighbour))) this.paths.push(longer);
      else this.#follow(neighbour, longer, visited);
    }
  }
}
