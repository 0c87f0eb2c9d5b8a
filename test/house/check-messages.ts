import { messages, type Code } from '../../sql/messages/raise.ts'
import { functionName } from '../../sql/messages/render.ts'
import { isTest, type Check, type SourceFile } from './check.ts'

const codes: readonly string[] = Object.keys(messages)

/** Each code is raised: its function is called, or it stands as text in the planner or in a row-error site. */
export const raisedCheck: Check = {
  name: 'codes raised',
  find(files) {
    const sources = files.filter(
      ({ path }) => /\.(ts|rs)$/.test(path) && !isTest(path) && !path.startsWith('sql/messages/'),
    )
    const text = sources.map((file) => file.text).join('\n')
    return codes
      .filter((code) => !new RegExp(`\\b${functionName(code)}\\(|['"]${code}['"]`).test(text))
      .map((code) => `sql/messages: ${code} is raised nowhere`)
  },
}

/** The codes that no test source names as text, in quotes, as `error[code]`, `<code>` or `'code@line:column'`. */
export function unprovokedCodes(files: readonly SourceFile[]): readonly string[] {
  const text = files
    .filter(({ path }) => isTest(path) && !path.startsWith('test/house/') && !path.startsWith('sql/messages/'))
    .map((file) => file.text)
    .join('\n')
  return codes.filter((code) => !new RegExp(`['"\`\\[<]${code}['"\`\\]>@]|\\berror ${code}\\b`).test(text))
}

/** The planner's codes, written `Code("unknown_column", "42703")`, have a message, and the same SQLSTATE there. */
export const plannerCodesCheck: Check = {
  name: 'planner codes',
  find(files) {
    const sources = files.filter(({ path }) => path.startsWith('sql/planner/src/') && path.endsWith('.rs'))
    return sources.flatMap(({ path, text }) =>
      [...text.matchAll(/\bCode\(\s*"([^"]*)",\s*"([^"]*)"/g)].flatMap(([, code = '', sqlstate = '']) => {
        const message = messages[code as Code] as { readonly sqlstate: string } | undefined
        if (message === undefined) return [`${path}: code ${code} is not in sql/messages`]
        const expected = message.sqlstate
        return expected === sqlstate
          ? []
          : [`${path}: code ${code} has SQLSTATE ${sqlstate}, in sql/messages ${expected}`]
      }),
    )
  },
}
