import type { Span } from '../../sql/base/span.ts'
import type { Constant, Site } from '../../runtime/abi/artifact.ts'
import type { Expression } from '../kernel/ir.ts'

/** What functions of a module share: constants, sites, scratch memory, labels, spans. */
export interface ModuleScope {
  /** The i32 address of a constant. */
  constant(value: Constant): Expression
  /** The number that `row_error` and decoders report. */
  site(site: Site): number
  /** The i32 address of a zero-initialised, 16-aligned area of the module's own. */
  scratch(sizeBytes: number): Expression
  /** Number of a span for `mark` statements. */
  span(span: Span): number
  /** Labels are unique in a module, so that the splitter may move code between functions. */
  nextLabel(): number
}
