//! The whole place of an expression in the text. sqlparser's spans leave out keywords and closing parentheses
//! (`CAST(a AS INT)` has the span of `a`), so the ends are found among the statement's tokens.

use sqlparser::ast::{CastKind, Expr, Spanned};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan};

use crate::functions::located::wrapped;
use crate::span::Span;
use crate::tokens::is_word;

fn is_name(token: &TokenWithSpan, name: &str) -> bool {
    match &token.token {
        Token::Word(word) if word.quote_style.is_some() => word.value == name,
        Token::Word(word) => word.value.to_lowercase() == name,
        _ => false,
    }
}

pub struct Places<'a>(pub &'a [TokenWithSpan]);

impl Places<'_> {
    pub fn of(&self, expression: &Expr) -> Option<Span> {
        let (first, last) = (self.first(expression)?, self.last(expression)?);
        Span::of_tokens(self.0.get(first..=last.max(first))?)
    }

    /// The first mention of a name.
    pub fn word(&self, name: &str) -> Option<Span> {
        self.0.iter().find(|token| is_name(token, name)).and_then(|token| Span::of(token.span))
    }

    pub fn last_word(&self, name: &str) -> Option<Span> {
        self.0.iter().rfind(|token| is_name(token, name)).and_then(|token| Span::of(token.span))
    }

    fn starting_at(&self, place: Location) -> Option<usize> {
        let index = self.0.partition_point(|token| token.span.start < place);
        self.0.get(index).filter(|token| token.span.start == place).map(|_| index)
    }

    fn ending_at(&self, place: Location) -> Option<usize> {
        let index = self.0.partition_point(|token| token.span.end < place);
        self.0.get(index).filter(|token| token.span.end == place).map(|_| index)
    }

    fn is(&self, index: usize, token: &Token) -> bool {
        self.0.get(index).is_some_and(|found| found.token == *token)
    }

    /// The parenthesis that closes the one at `open`.
    fn closing(&self, open: usize) -> Option<usize> {
        let mut depth = 0usize;
        for (index, token) in self.0.iter().enumerate().skip(open) {
            match token.token {
                Token::LParen => depth += 1,
                Token::RParen => {
                    depth = depth.checked_sub(1)?;
                    if depth == 0 {
                        return Some(index);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The nearest `word (` before token `inner` whose parentheses hold it.
    fn call_around(&self, inner: usize) -> Option<usize> {
        let mut depth = 0usize;
        for index in (1..inner).rev() {
            match self.0[index].token {
                Token::RParen => depth += 1,
                Token::LParen if depth > 0 => depth -= 1,
                Token::LParen if matches!(self.0[index - 1].token, Token::Word(_)) => return Some(index - 1),
                _ => {}
            }
        }
        None
    }

    /// Token index of the expression's first token.
    fn first(&self, expression: &Expr) -> Option<usize> {
        match wrapped(expression).unwrap_or(expression) {
            Expr::BinaryOp { left, .. } | Expr::IsDistinctFrom(left, _) | Expr::IsNotDistinctFrom(left, _) => self.first(left),
            Expr::IsNull(inner) | Expr::IsNotNull(inner) | Expr::IsTrue(inner) | Expr::IsNotTrue(inner) | Expr::IsFalse(inner) => {
                self.first(inner)
            }
            Expr::IsNotFalse(inner) | Expr::IsUnknown(inner) | Expr::IsNotUnknown(inner) => self.first(inner),
            Expr::InList { expr, .. } | Expr::Between { expr, .. } | Expr::Like { expr, .. } | Expr::ILike { expr, .. } => self.first(expr),
            Expr::SimilarTo { expr, .. } | Expr::AtTimeZone { timestamp: expr, .. } | Expr::Collate { expr, .. } => self.first(expr),
            Expr::InSubquery { expr, .. } | Expr::AnyOp { left: expr, .. } | Expr::AllOp { left: expr, .. } => self.first(expr),
            Expr::Cast { kind: CastKind::DoubleColon, expr, .. } => self.first(expr),
            Expr::Cast { expr, .. } | Expr::Extract { expr, .. } | Expr::Ceil { expr, .. } | Expr::Floor { expr, .. } => {
                self.call_around(self.first(expr)?)
            }
            Expr::Position { expr, .. } | Expr::Substring { expr, .. } | Expr::Trim { expr, .. } | Expr::Overlay { expr, .. } => {
                self.call_around(self.first(expr)?)
            }
            Expr::Array(array) => {
                let open = self.first(array.elem.first()?)?.checked_sub(1)?;
                Some(if array.named { open.saturating_sub(1) } else { open })
            }
            Expr::Struct { values, .. } => match values.first() {
                Some(value) => self.call_around(self.first(value)?),
                None => self.0.iter().position(|token| is_word(token, "struct")),
            },
            Expr::UnaryOp { expr, .. } | Expr::Nested(expr) => self.first(expr)?.checked_sub(1),
            Expr::Subquery(query) => self.starting_at(query.span().start)?.checked_sub(1),
            Expr::Exists { subquery, negated } => self.starting_at(subquery.span().start)?.checked_sub(if *negated { 3 } else { 2 }),
            Expr::Interval(interval) => self.first(&interval.value)?.checked_sub(1),
            Expr::TypedString(typed) => {
                let value = self.starting_at(typed.value.span.start)?;
                value.checked_sub(1)
            }
            other => self.starting_at(other.span().start),
        }
    }

    /// Token index of the expression's last token.
    fn last(&self, expression: &Expr) -> Option<usize> {
        match wrapped(expression).unwrap_or(expression) {
            Expr::BinaryOp { right, .. } | Expr::IsDistinctFrom(_, right) | Expr::IsNotDistinctFrom(_, right) => self.last(right),
            Expr::Between { high, .. } => self.last(high),
            Expr::Like { pattern, escape_char, .. } | Expr::ILike { pattern, escape_char, .. } | Expr::SimilarTo { pattern, escape_char, .. } => {
                match escape_char {
                    Some(escape) => self.ending_at(escape.span.end),
                    None => self.last(pattern),
                }
            }
            Expr::IsNull(inner) | Expr::IsTrue(inner) | Expr::IsFalse(inner) | Expr::IsUnknown(inner) => self.word_after(self.last(inner)?, 2),
            Expr::IsNotNull(inner) | Expr::IsNotTrue(inner) | Expr::IsNotFalse(inner) | Expr::IsNotUnknown(inner) => {
                self.word_after(self.last(inner)?, 3)
            }
            Expr::InList { expr, .. } => {
                let open = (self.last(expr)?..self.0.len()).find(|index| self.is(index + 1, &Token::LParen))?;
                self.closing(open + 1)
            }
            Expr::InSubquery { subquery, .. } | Expr::Exists { subquery, .. } => self.closing(self.starting_at(subquery.span().start)?.checked_sub(1)?),
            Expr::Subquery(_) => self.closing(self.first(expression)?),
            Expr::Array(array) => Some(self.last(array.elem.last()?)? + 1),
            Expr::CompoundFieldAccess { .. } => {
                let last = self.ending_at(expression.span().end)?;
                Some(if self.is(last + 1, &Token::RBracket) { last + 1 } else { last })
            }
            Expr::UnaryOp { expr, .. } => self.last(expr),
            Expr::Nested(inner) => Some(self.last(inner)? + 1),
            Expr::Cast { kind: CastKind::DoubleColon, expr, .. } => self.type_end(self.last(expr)? + 2),
            Expr::Cast { .. } | Expr::Extract { .. } | Expr::Ceil { .. } | Expr::Floor { .. } | Expr::Position { .. } => {
                self.closing(self.first(expression)? + 1)
            }
            Expr::Substring { .. } | Expr::Trim { .. } | Expr::Overlay { .. } | Expr::Struct { .. } => self.closing(self.first(expression)? + 1),
            Expr::Function(function) => {
                let name = self.ending_at(function.name.span().end)?;
                if self.is(name + 1, &Token::LParen) { self.closing(name + 1) } else { Some(name) }
            }
            Expr::Interval(interval) => {
                let value = self.last(&interval.value)?;
                Some(if interval.leading_field.is_some() { value + 1 } else { value })
            }
            Expr::TypedString(typed) => self.ending_at(typed.value.span.end),
            other => self.ending_at(other.span().end),
        }
    }

    fn word_after(&self, index: usize, words: usize) -> Option<usize> {
        matches!(self.0.get(index + words)?.token, Token::Word(_)).then_some(index + words)
    }

    /// The last token of the type that starts at `first`.
    fn type_end(&self, first: usize) -> Option<usize> {
        let mut last = first;
        if self.is(last + 1, &Token::LParen) {
            last = self.closing(last + 1)?;
        }
        let more = ["precision", "varying", "unsigned", "with", "without", "time", "zone"];
        while self.0.get(last + 1).is_some_and(|token| more.iter().any(|word| is_word(token, word))) {
            last += 1;
        }
        (last < self.0.len()).then_some(last)
    }
}
