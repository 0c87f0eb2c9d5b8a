//! Caps on what the planner takes: deep or long input must cost a coded error, not the stack or minutes.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::deadline;
use crate::diagnostic::{Diagnostic, QUERY_TOO_COMPLEX, Result};
use crate::span::Span;

/// Tokens of one statement: 4,000 expressions of 20 tokens, and room.
pub const STATEMENT_TOKENS_MAX: usize = 100_000;
/// Nested parentheses, CASEs and subqueries. Each level costs the parser and every rule some kilobytes of stack.
pub const NESTING_MAX: usize = 60;
/// CASE within CASE. The planner asks twice for an inner one's type: each level doubles the time.
pub const CASE_NESTING_MAX: usize = 10;
/// Operators in a row (`a + b + ..`), which become a tree as deep as the row is long. AND and OR do not count: they are balanced.
pub const OPERATORS_IN_A_ROW_MAX: usize = 200;
/// NOT and signs before one operand: each is a level of the parser's recursion, like a parenthesis.
pub const PREFIXES_IN_A_ROW_MAX: usize = NESTING_MAX;
/// Terms of one AND or OR chain, also in an IN list.
pub const TERMS_MAX: usize = 10_000;
/// Branches of UNION ALL: each level of the left-deep tree is one level of recursion.
pub const UNION_BRANCHES_MAX: usize = 200;

fn too_complex(what: &str, max: usize, token: &TokenWithSpan) -> Diagnostic {
    Diagnostic::new(QUERY_TOO_COMPLEX, format!("more than {max} {what}"))
        .at(Span::of(token.span))
        .hint("split the query, e.g. into streams that read each other")
}

/// One parenthesis level: operators since the last separator, terms and union branches so far.
#[derive(Clone, Copy, Default)]
struct Level {
    cases: usize,
    operators: usize,
    terms: usize,
    unions: usize,
}

/// Checks one statement's tokens, before any recursive code sees them.
pub fn check(tokens: &[TokenWithSpan]) -> Result<()> {
    if let Some(token) = tokens.get(STATEMENT_TOKENS_MAX) {
        return Err(too_complex("words and signs in a statement", STATEMENT_TOKENS_MAX, token));
    }
    let mut levels = vec![Level::default()];
    let mut prefixes = 0;
    for token in tokens {
        deadline::check()?;
        match &token.token {
            Token::LParen | Token::LBracket => levels.push(Level { cases: cases(&levels), ..Level::default() }),
            Token::RParen | Token::RBracket if levels.len() > 1 => {
                levels.pop();
            }
            Token::Word(word) if word.keyword == Keyword::CASE && word.quote_style.is_none() => {
                let cases = cases(&levels) + 1;
                if cases > CASE_NESTING_MAX {
                    return Err(too_complex("levels of CASE", CASE_NESTING_MAX, token));
                }
                levels.push(Level { cases, ..Level::default() });
            }
            Token::Word(word) if word.keyword == Keyword::END && word.quote_style.is_none() && levels.len() > 1 => {
                levels.pop();
            }
            _ => {}
        }
        if levels.len() > NESTING_MAX {
            return Err(too_complex("levels of nesting", NESTING_MAX, token));
        }
        prefixes = if is_prefix(&token.token) { prefixes + 1 } else { 0 };
        if prefixes > PREFIXES_IN_A_ROW_MAX {
            return Err(too_complex("NOTs or signs in a row", PREFIXES_IN_A_ROW_MAX, token));
        }
        count(levels.last_mut().expect("never empty"), token)?;
    }
    Ok(())
}

fn is_prefix(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.keyword == Keyword::NOT && word.quote_style.is_none(),
        Token::Minus | Token::Plus | Token::Tilde => true,
        _ => false,
    }
}

fn cases(levels: &[Level]) -> usize {
    levels.last().map_or(0, |level| level.cases)
}

fn count(level: &mut Level, token: &TokenWithSpan) -> Result<()> {
    match &token.token {
        Token::Comma => *level = Level { operators: 0, terms: level.terms + 1, ..*level },
        Token::Word(word) if word.quote_style.is_none() => match word.keyword {
            Keyword::AND | Keyword::OR => *level = Level { operators: 0, terms: level.terms + 1, ..*level },
            Keyword::UNION | Keyword::EXCEPT | Keyword::INTERSECT => level.unions += 1,
            Keyword::SELECT | Keyword::FROM | Keyword::WHERE | Keyword::HAVING | Keyword::WHEN | Keyword::THEN | Keyword::ELSE => {
                *level = Level { operators: 0, terms: 0, ..*level };
            }
            Keyword::NOT | Keyword::IS | Keyword::LIKE | Keyword::ILIKE | Keyword::SIMILAR | Keyword::BETWEEN | Keyword::IN | Keyword::AT => {
                level.operators += 1;
            }
            _ => {}
        },
        Token::Number(..) | Token::SingleQuotedString(_) | Token::Period | Token::LParen | Token::RParen => {}
        _ => level.operators += 1,
    }
    if level.operators > OPERATORS_IN_A_ROW_MAX {
        return Err(too_complex("operators in a row", OPERATORS_IN_A_ROW_MAX, token));
    }
    if level.terms > TERMS_MAX {
        return Err(too_complex("terms in a row", TERMS_MAX, token));
    }
    if level.unions > UNION_BRANCHES_MAX {
        return Err(too_complex("branches of a set operation", UNION_BRANCHES_MAX, token));
    }
    Ok(())
}
