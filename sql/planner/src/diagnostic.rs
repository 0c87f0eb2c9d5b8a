//! What is wrong with the user's SQL, as data. The codes are those of `sql/messages`.

use std::fmt;

use datafusion_common::DataFusionError;
use serde_json::{Map, Value, json};

use crate::span::{Span, json_or_null};

/// A stable code and its SQLSTATE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub &'static str, pub &'static str);

pub const AGGREGATE_IN_WHERE: Code = Code("aggregate_in_where", "42803");
pub const AMBIGUOUS_COLUMN: Code = Code("ambiguous_column", "42702");
pub const COLUMN_COUNT_MISMATCH: Code = Code("column_count_mismatch", "42601");
pub const DUPLICATE_CLAUSE: Code = Code("duplicate_clause", "42601");
pub const DUPLICATE_COLUMN: Code = Code("duplicate_column", "42701");
pub const INTERNAL: Code = Code("internal", "XX000");
pub const INVALID_CAST: Code = Code("invalid_cast", "22P02");
pub const INVALID_WINDOW: Code = Code("invalid_window", "22023");
pub const NESTED_AGGREGATE: Code = Code("nested_aggregate", "42803");
pub const NUMERIC_OVERFLOW: Code = Code("numeric_overflow", "22003");
pub const PLANNING_TIMEOUT: Code = Code("planning_timeout", "57014");
pub const QUERY_TOO_COMPLEX: Code = Code("query_too_complex", "54001");
pub const SYNTAX_ERROR: Code = Code("syntax_error", "42601");
pub const TYPE_MISMATCH: Code = Code("type_mismatch", "42804");
pub const UNGROUPED_COLUMN: Code = Code("ungrouped_column", "42803");
pub const UNION_ARITY: Code = Code("union_arity", "42601");
pub const UNKNOWN_COLUMN: Code = Code("unknown_column", "42703");
pub const UNKNOWN_FUNCTION: Code = Code("unknown_function", "42883");
pub const UNKNOWN_TABLE: Code = Code("unknown_table", "42P01");
pub const UNKNOWN_TYPE: Code = Code("unknown_type", "42704");
pub const UNSUPPORTED_FEATURE: Code = Code("unsupported_feature", "0A000");
pub const WINDOW_FUNCTION_MISPLACED: Code = Code("window_function_misplaced", "42P20");
pub const WRONG_ARGUMENTS: Code = Code("wrong_arguments", "42883");

#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    pub code: Code,
    pub message: String,
    pub span: Option<Span>,
    pub hint: Option<String>,
    pub notes: Vec<(String, Option<Span>)>,
    /// what else is wrong with the statement
    pub more: Vec<Diagnostic>,
}

/// Errors that are reported of one statement.
pub const ERRORS_MAX: usize = 20;

pub type Result<T> = std::result::Result<T, Diagnostic>;

impl Diagnostic {
    pub fn new(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic { code, message: message.into(), span: None, hint: None, notes: vec![], more: vec![] }
    }

    pub fn at(self, span: impl Into<Option<Span>>) -> Diagnostic {
        Diagnostic { span: span.into(), ..self }
    }

    /// Sets the place unless there is one.
    pub fn or_at(self, span: Option<Span>) -> Diagnostic {
        Diagnostic { span: self.span.or(span), ..self }
    }

    /// One error that stands for all of them, in the order of the text; each place and code once.
    pub fn all(errors: Vec<Diagnostic>) -> Option<Diagnostic> {
        let mut list: Vec<Diagnostic> = errors.into_iter().flat_map(Diagnostic::apart).collect();
        list.sort_by_key(|error| error.span.map(|span| span.start));
        list.dedup_by(|second, first| first.span == second.span && first.code == second.code);
        list.truncate(ERRORS_MAX);
        let more = list.split_off(list.len().min(1));
        list.pop().map(|first| Diagnostic { more, ..first })
    }

    /// The inverse of `all`.
    pub fn apart(mut self) -> Vec<Diagnostic> {
        let more = std::mem::take(&mut self.more);
        std::iter::once(self).chain(more).collect()
    }

    pub fn hint(self, hint: impl Into<String>) -> Diagnostic {
        Diagnostic { hint: Some(hint.into()), ..self }
    }

    pub fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("code".into(), json!(self.code.0));
        object.insert("sqlstate".into(), json!(self.code.1));
        object.insert("message".into(), json!(self.message));
        object.insert("span".into(), json_or_null(self.span));
        if let Some(hint) = &self.hint {
            object.insert("hint".into(), json!(hint));
        }
        if !self.notes.is_empty() {
            let notes = self.notes.iter().map(|(message, span)| json!({"message": message, "span": json_or_null(*span)}));
            object.insert("notes".into(), notes.collect());
        }
        if !self.more.is_empty() {
            object.insert("more".into(), self.more.iter().map(Diagnostic::json).collect());
        }
        Value::Object(object)
    }
}

/// The values, or all errors.
pub fn collect<T>(results: impl Iterator<Item = Result<T>>) -> Result<Vec<T>> {
    let mut values = vec![];
    let mut errors = vec![];
    for result in results {
        match result {
            Ok(value) => values.push(value),
            Err(error) => errors.push(error),
        }
    }
    match Diagnostic::all(errors) {
        Some(error) => Err(error),
        None => Ok(values),
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}: {}", self.code.0, self.message)
    }
}

impl std::error::Error for Diagnostic {}

/// Our own diagnostics travel through DataFusion's planner as external errors; `errors.rs` unpacks them.
impl From<Diagnostic> for DataFusionError {
    fn from(diagnostic: Diagnostic) -> DataFusionError {
        DataFusionError::External(Box::new(diagnostic))
    }
}
