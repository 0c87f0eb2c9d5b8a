//! Places in SQL text, as sqlparser counts them: 1-based lines and columns (columns count code points), end exclusive.

use datafusion_common::{Location as PlannerLocation, Span as PlannerSpan};
use serde_json::{Value, json};
use sqlparser::tokenizer::{Location, Span as TokenSpan, TokenWithSpan};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: (u32, u32),
    pub end: (u32, u32),
}

fn pair(location: Location) -> (u32, u32) {
    (location.line as u32, location.column as u32)
}

impl Span {
    /// None for the empty span that sqlparser gives to nodes without a place.
    pub fn of(span: TokenSpan) -> Option<Span> {
        (span.start.line > 0).then(|| Span { start: pair(span.start), end: pair(span.end) })
    }

    pub fn of_planner(span: &PlannerSpan) -> Option<Span> {
        let start = (span.start.line as u32, span.start.column as u32);
        let end = (span.end.line as u32, span.end.column as u32);
        (start.0 > 0).then_some(Span { start, end })
    }

    pub fn for_planner(self) -> PlannerSpan {
        let location = |(line, column): (u32, u32)| PlannerLocation { line: line.into(), column: column.into() };
        PlannerSpan::new(location(self.start), location(self.end))
    }

    pub fn holds(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    pub fn of_tokens(tokens: &[TokenWithSpan]) -> Option<Span> {
        let (first, last) = (tokens.first()?, tokens.last()?);
        Some(Span { start: pair(first.span.start), end: pair(last.span.end) })
    }

    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    pub fn json(self) -> Value {
        json!([self.start.0, self.start.1, self.end.0, self.end.1])
    }
}

pub fn json_or_null(span: Option<Span>) -> Value {
    span.map_or(Value::Null, Span::json)
}
