import { didYouMean } from '../../base/did-you-mean.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { unknownVariable } from '../../messages/raise.ts'
import type { Option } from '../../plan/statement.ts'
import { throwAll } from './read-options.ts'

/** Looked up in `vars` first, then in `environment`. Injected, so that nothing here reads the process. */
export interface Variables {
  readonly vars: Readonly<Record<string, string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** What becomes of names that nobody knows; refused when absent. `keep` is for programs that run somewhere else. */
  readonly unknown?: 'refuse' | 'keep'
}

const pattern = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g

/**
 * The options with `${NAME}` and `${NAME:-default}` in their values filled in. What was filled in is not scanned again.
 * Errors, all of them at once: `unknown_variable`, unless they are kept.
 */
export function substituteVariables(options: readonly Option[], variables: Variables): readonly Option[] {
  const diagnostics: Diagnostic[] = []
  const filled = options.map((option) => {
    const value = option.value.replace(pattern, (whole, name: string, otherwise: string | undefined) => {
      const found = valueOf(name, variables) ?? otherwise
      if (found === undefined && variables.unknown !== 'keep') diagnostics.push(missing(name, option, variables))
      return found ?? whole
    })
    return { ...option, value }
  })
  throwAll(diagnostics)
  return filled
}

/** The environment's names are not suggested: a message is no place to list them. */
function missing(name: string, { valueSpan }: Option, { vars }: Variables): Diagnostic {
  return unknownVariable({ name }, { span: valueSpan, hint: didYouMean(name, Object.keys(vars)) })
}

function valueOf(name: string, { vars, environment }: Variables): string | undefined {
  return Object.hasOwn(vars, name) ? vars[name] : Object.hasOwn(environment, name) ? environment[name] : undefined
}
