/**
 * Behaviour of the explain page. It reads only attributes that the page was written with, and writes only text
 * and class names: nothing in it makes markup from data.
 */
export const pageScript = `
for (const article of document.querySelectorAll('article')) {
  const sql = article.querySelector('.sql')
  const text = sql.textContent
  const items = [...article.querySelectorAll('[role=treeitem]')]
  const lists = [...article.querySelectorAll('.code')]
  const lines = [...article.querySelectorAll('.code li')]

  const showSpan = (start, end) => {
    sql.replaceChildren(text)
    if (start === null) return
    const marked = document.createElement('mark')
    marked.textContent = text.slice(start, end)
    sql.replaceChildren(text.slice(0, start), marked, text.slice(end))
    marked.scrollIntoView({ block: 'nearest' })
  }

  const choose = (item) => {
    const { start, end, node } = item.dataset
    for (const each of items) {
      const chosen = each === item
      each.setAttribute('aria-selected', String(chosen))
      each.tabIndex = chosen ? 0 : -1
    }
    showSpan(start === undefined ? null : Number(start), Number(end))
    const own = lines.filter((line) => node !== undefined && line.dataset.node === node)
    for (const line of lines) line.classList.toggle('chosen', own.includes(line))
    for (const list of lists) {
      const first = own.find((line) => line.parentElement === list)
      const box = list.parentElement
      if (first) box.scrollTop += first.getBoundingClientRect().top - box.getBoundingClientRect().top - 12
    }
    own[0]?.scrollIntoView({ block: 'nearest' })
  }

  const move = (item, key) => {
    const tree = items.filter((each) => each.closest('[role=tree]') === item.closest('[role=tree]'))
    const at = tree.indexOf(item)
    const parent = item.parentElement.closest('[role=treeitem]')
    const child = item.querySelector('[role=treeitem]')
    const targets = { ArrowDown: tree[at + 1], ArrowUp: tree[at - 1], ArrowLeft: parent, ArrowRight: child, Home: tree[0], End: tree.at(-1) }
    return Object.hasOwn(targets, key) ? (targets[key] ?? item) : undefined
  }

  article.addEventListener('click', (event) => {
    const item = event.target.closest('.node')?.parentElement
    if (item) { choose(item); item.focus() }
    const line = event.target.closest('.code li')
    const made = line?.dataset.node === undefined ? undefined : items.find((each) => each.dataset.node === line.dataset.node)
    if (made) choose(made)
  })
  article.addEventListener('keydown', (event) => {
    const item = event.target.closest('[role=treeitem]')
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return
    const next = event.key === 'Enter' || event.key === ' ' ? item : move(item, event.key)
    if (!next) return
    event.preventDefault()
    choose(next)
    next.focus()
  })
}
`
