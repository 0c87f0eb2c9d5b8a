/** Text that is known to be markup. Everything else is escaped when it is put into a template. */
export interface Markup {
  readonly markup: string
}

type Part = string | Markup | readonly Markup[]

/** The only way in which the explain page is put together: every value that is not markup is escaped. */
export function markup(template: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const texts = parts.map((part, index) => partText(part) + (template[index + 1] ?? ''))
  return { markup: (template[0] ?? '') + texts.join('') }
}

function partText(part: Part): string {
  if (typeof part === 'string') return escapeHtml(part)
  return 'markup' in part ? part.markup : part.map(({ markup }) => markup).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** For element content and quoted attributes. Controls that no text needs become U+FFFD. */
function escapeHtml(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character)
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
}
