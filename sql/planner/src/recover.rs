//! After an error the planner says nothing of the rest of the statement. So what was wrong is replaced by NULL, which fits
//! everywhere, and the statement planned again, for the other errors in it.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Ident, Query, Value, VisitMut, VisitorMut};
use sqlparser::tokenizer::TokenWithSpan;

use crate::cursor::fold;
use crate::diagnostic::{
    AMBIGUOUS_COLUMN, Diagnostic, INVALID_CAST, NUMERIC_OVERFLOW, TYPE_MISMATCH, UNKNOWN_COLUMN, UNKNOWN_FUNCTION, UNKNOWN_TABLE, UNKNOWN_TYPE,
    UNSUPPORTED_FEATURE, WRONG_ARGUMENTS,
};
use crate::places::Places;
use crate::span::Span;

/// Could the error be there only because of what was replaced at `places`?
pub fn follows(error: &Diagnostic, replaced: &[Span]) -> bool {
    let alone = [AMBIGUOUS_COLUMN, UNKNOWN_COLUMN, UNKNOWN_FUNCTION, UNKNOWN_TYPE];
    let typed = [INVALID_CAST, NUMERIC_OVERFLOW, TYPE_MISMATCH, UNSUPPORTED_FEATURE, WRONG_ARGUMENTS];
    if alone.contains(&error.code) {
        return false;
    }
    let around = |span: Span| replaced.iter().any(|place| span.holds(*place));
    !typed.contains(&error.code) || error.message.to_lowercase().contains("null") || error.span.is_none_or(around)
}

/// Puts NULL where the error is, and says where that was: nowhere when there is no such expression.
pub fn replace(query: &mut Query, error: &Diagnostic, tokens: &[TokenWithSpan]) -> Vec<Span> {
    let Some(span) = error.span else { return vec![] };
    if error.code == UNKNOWN_TABLE {
        // NULL is no table: TUMBLE(NULL, ..) would be the next mistake
        return vec![];
    }
    let name = (error.code == UNKNOWN_COLUMN).then(|| name_at(tokens, span)).flatten();
    let mut replacer = Replacer { places: Places(tokens), span, name, replaced: vec![] };
    let _: ControlFlow<()> = query.visit(&mut replacer);
    replacer.replaced
}

fn name_at(tokens: &[TokenWithSpan], span: Span) -> Option<String> {
    use sqlparser::tokenizer::Token;
    let token = tokens.iter().find(|token| Span::of(token.span) == Some(span))?;
    match &token.token {
        Token::Word(word) => Some(fold(&Ident { value: word.value.clone(), quote_style: word.quote_style, span: token.span })),
        _ => None,
    }
}

struct Replacer<'a> {
    places: Places<'a>,
    span: Span,
    /// of a column that does not exist, wherever it is mentioned
    name: Option<String>,
    replaced: Vec<Span>,
}

impl VisitorMut for Replacer<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        let is_column = match (&*expression, &self.name) {
            (Expr::Identifier(ident), Some(name)) => fold(ident) == *name,
            (Expr::CompoundIdentifier(parts), Some(name)) => parts.last().is_some_and(|part| fold(part) == *name),
            _ => false,
        };
        let is_literal = matches!(expression, Expr::TypedString(typed) if Span::of(typed.value.span) == Some(self.span));
        let place = self.places.of(expression);
        if is_column || is_literal || place == Some(self.span) {
            *expression = Expr::Value(Value::Null.into());
            self.replaced.push(place.unwrap_or(self.span));
        }
        ControlFlow::Continue(())
    }
}
