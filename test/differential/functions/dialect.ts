/** Where DataFusion's functions and ours differ, and why ours mean to. By the call's text. */
export const differences: readonly { readonly calls: RegExp; readonly reason: string }[] = [
  {
    calls: /^(?:sqrt|power)\(/,
    reason: 'functions of doubles give NaN and infinities here, never row errors (semantics section 2)',
  },
  {
    calls: /^(?:coalesce|nvl|nvl2)\(/,
    reason: 'DataFusion rewrites these before it evaluates, which its evaluator alone does not do',
  },
  { calls: /^[lr]pad\(/, reason: 'a negative length gives an empty text here, as in PostgreSQL; an error there' },
  { calls: /^to_unixtime\(/, reason: 'instants before 1970 are rounded down here, toward zero there' },
  { calls: /^cast\(x as varchar\)/, reason: 'an infinity prints as Infinity here (PostgreSQL), as inf there' },
]
