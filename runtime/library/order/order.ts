import type { Implementations } from '../../abi/library/implementation.ts'
import type { orderSignatures } from '../../abi/library/order.ts'
import { dirtyMapAddress } from '../../abi/memory.ts'
import { rowOrder, tableHeader } from '../../abi/state.ts'
import type { LibraryContext } from '../context.ts'
import { compareRows } from './compare-rows.ts'

/**
 * Rows of a table in order: a treap (Seidel and Aragon, 1996) whose nodes are the rows and whose priorities are a hash of their addresses, so that a row
 * costs three links and adding or removing one is O(log n) expected, whatever the order of arrival.
 */
export function orderLibrary(m: LibraryContext): Implementations<typeof orderSignatures> {
  return {
    order_add: (table, root, row) => {
      const tree = treeOf(m, table, root)
      add(tree, row)
      return first(tree)
    },
    order_remove: (table, root, row) => {
      const tree = treeOf(m, table, root)
      remove(tree, row)
      return first(tree)
    },
  }
}

interface Tree {
  readonly m: LibraryContext
  readonly table: number
  /** Address of the cell that holds the root. */
  readonly root: number
  /** Offsets of the links in a row. */
  readonly left: number
  readonly right: number
  readonly parent: number
}

function treeOf(m: LibraryContext, table: number, root: number): Tree {
  const { i32 } = m
  const order = (i32[(table + tableHeader.order) >>> 2] as number) >>> 2
  return {
    m,
    table,
    root,
    left: i32[order + (rowOrder.left >> 2)] as number,
    right: i32[order + (rowOrder.right >> 2)] as number,
    parent: i32[order + (rowOrder.parent >> 2)] as number,
  }
}

function add(tree: Tree, row: number): void {
  const { m, table, root, left, right, parent } = tree
  let above = 0
  let side = left
  for (let at = get(m, root); at !== 0; at = get(m, at + side)) {
    above = at
    side = compareRows(m, table, [row, at]) < 0 ? left : right
  }
  set(m, row + left, 0)
  set(m, row + right, 0)
  set(m, row + parent, above)
  set(m, above === 0 ? root : above + side, row)
  while (get(m, row + parent) !== 0 && priority(row) > priority(get(m, row + parent))) rotateUp(tree, row)
}

/** The row sinks below its children until it has at most one, which takes its place. */
function remove(tree: Tree, row: number): void {
  const { m, left, right } = tree
  for (;;) {
    const [l, r] = [get(m, row + left), get(m, row + right)]
    if (l === 0 || r === 0) {
      replace(tree, row, l === 0 ? r : l)
      return
    }
    rotateUp(tree, priority(l) > priority(r) ? l : r)
  }
}

/** The row takes its parent's place, which becomes its child; the order stays. */
function rotateUp(tree: Tree, row: number): void {
  const { m, left, right, parent } = tree
  const above = get(m, row + parent)
  const [near, far] = get(m, above + left) === row ? [left, right] : [right, left]
  const moved = get(m, row + far)
  replace(tree, above, row)
  set(m, row + far, above)
  set(m, above + parent, row)
  set(m, above + near, moved)
  if (moved !== 0) set(m, moved + parent, above)
}

/** `row` (0: nothing) becomes the child that `old` was. */
function replace({ m, root, left, right, parent }: Tree, old: number, row: number): void {
  const above = get(m, old + parent)
  if (above === 0) set(m, root, row)
  else set(m, above + (get(m, above + left) === old ? left : right), row)
  if (row !== 0) set(m, row + parent, above)
}

function first({ m, root, left }: Tree): number {
  let row = get(m, root)
  if (row === 0) return 0
  for (let next = get(m, row + left); next !== 0; next = get(m, row + left)) row = next
  return row
}

/** Of a row's address: a murmur3 finaliser. */
function priority(row: number): number {
  let hash = Math.imul(row ^ (row >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

function get({ i32 }: LibraryContext, address: number): number {
  return i32[address >>> 2] as number
}

function set({ i32, u8 }: LibraryContext, address: number, value: number): void {
  i32[address >>> 2] = value
  u8[dirtyMapAddress + (address >>> 16)] = 1
}
