//! DataFusion's errors as our diagnostics: a stable code, a place, a hint. A user's mistake is never `internal`.

use datafusion_common::{DataFusionError, SchemaError};

use crate::catalog::Catalog;
use crate::diagnostic::{
    AMBIGUOUS_COLUMN, COLUMN_COUNT_MISMATCH, Code, DUPLICATE_COLUMN, Diagnostic, INTERNAL, INVALID_CAST, NESTED_AGGREGATE, NUMERIC_OVERFLOW,
    SYNTAX_ERROR, TYPE_MISMATCH, UNGROUPED_COLUMN, UNION_ARITY, UNKNOWN_COLUMN, UNKNOWN_FUNCTION, UNSUPPORTED_FEATURE, WRONG_ARGUMENTS,
};
use crate::prepare::{Prepared, identifier_place};
use crate::span::Span;
use crate::suggest;

/// What is known of the statement whose planning failed.
pub struct Failed<'a> {
    pub catalog: &'a Catalog,
    pub prepared: &'a Prepared,
    pub query: Option<&'a sqlparser::ast::Query>,
    pub whole: Option<Span>,
}

impl Failed<'_> {
    pub fn diagnose(&self, error: &DataFusionError) -> Diagnostic {
        let place = place_of(error);
        let diagnostic = self.by_kind(error);
        let diagnostic = diagnostic.or_at(place);
        if diagnostic.span.is_some() {
            return diagnostic;
        }
        let span = self.guess(&diagnostic);
        diagnostic.or_at(span).or_at(self.whole)
    }

    fn by_kind(&self, error: &DataFusionError) -> Diagnostic {
        match error {
            DataFusionError::External(inner) => match inner.downcast_ref::<Diagnostic>() {
                Some(diagnostic) => self.with_table_place(diagnostic.clone()),
                None => Diagnostic::new(INTERNAL, inner.to_string()),
            },
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => self.by_kind(inner),
            DataFusionError::Collection(errors) => match errors.first() {
                Some(first) => self.diagnose(first),
                None => Diagnostic::new(INTERNAL, "an empty list of errors"),
            },
            DataFusionError::Shared(inner) => self.by_kind(inner),
            DataFusionError::SchemaError(schema_error, _) => self.schema(schema_error),
            DataFusionError::Plan(message) => self.plan(message),
            DataFusionError::NotImplemented(message) => Diagnostic::new(UNSUPPORTED_FEATURE, lower_first(first_line(message))),
            DataFusionError::SQL(error, _) => Diagnostic::new(SYNTAX_ERROR, format!("syntax error: {error}")),
            DataFusionError::ArrowError(error, _) => literal_error(&error.to_string()),
            DataFusionError::Execution(message) => Diagnostic::new(WRONG_ARGUMENTS, first_line(message)),
            DataFusionError::Configuration(message) => Diagnostic::new(WRONG_ARGUMENTS, first_line(message)),
            DataFusionError::ResourcesExhausted(message) => Diagnostic::new(crate::diagnostic::QUERY_TOO_COMPLEX, first_line(message)),
            other => {
                let message = other.strip_backtrace();
                match by_message(&message) {
                    Some(code) => Diagnostic::new(code, readable(&message)),
                    None => Diagnostic::new(INTERNAL, message),
                }
            }
        }
    }

    fn with_table_place(&self, diagnostic: Diagnostic) -> Diagnostic {
        if diagnostic.span.is_some() || diagnostic.code != crate::diagnostic::UNKNOWN_TABLE {
            return diagnostic;
        }
        let named = self.prepared.tables.iter().find(|(name, _)| diagnostic.message.contains(&format!(" {name} ")));
        diagnostic.or_at(named.map(|(_, span)| *span))
    }

    fn schema(&self, error: &SchemaError) -> Diagnostic {
        match error {
            SchemaError::FieldNotFound { field, valid_fields } => {
                let names = || valid_fields.iter().map(|column| column.name.as_str());
                let hint = suggest::nearest(&field.name, names()).or_else(|| list_hint(names()));
                self.with_hint(self.unknown_column(&field.name), hint)
            }
            SchemaError::AmbiguousReference { field } => {
                let error = Diagnostic::new(AMBIGUOUS_COLUMN, format!("column {} is ambiguous", field.name));
                error.at(self.identifier(&field.name))
            }
            SchemaError::DuplicateQualifiedField { name, .. } | SchemaError::DuplicateUnqualifiedField { name } => {
                let error = Diagnostic::new(DUPLICATE_COLUMN, format!("column {name} is defined twice"));
                error.at(self.identifier(name)).hint("give one of them another name with AS")
            }
        }
    }

    fn unknown_column(&self, name: &str) -> Diagnostic {
        Diagnostic::new(UNKNOWN_COLUMN, format!("column {name} does not exist")).at(self.identifier(name))
    }

    fn with_hint(&self, diagnostic: Diagnostic, hint: Option<String>) -> Diagnostic {
        match hint {
            Some(hint) => diagnostic.hint(hint),
            None => diagnostic,
        }
    }

    fn identifier(&self, name: &str) -> Option<Span> {
        self.query.and_then(|query| identifier_place(query, name))
    }

    fn plan(&self, message: &str) -> Diagnostic {
        if let Some(name) = message.strip_prefix("Invalid function '").and_then(|rest| rest.split('\'').next()) {
            let catalog = self.catalog;
            use datafusion_expr::planner::ContextProvider;
            let known: Vec<String> = catalog.udf_names().into_iter().chain(catalog.udaf_names()).collect();
            let error = Diagnostic::new(UNKNOWN_FUNCTION, format!("function {name} does not exist")).at(self.function_site(name));
            return self.with_hint(error, suggest::nearest(name, known.iter().map(String::as_str)));
        }
        let Some(code) = by_message(message) else {
            return Diagnostic::new(TYPE_MISMATCH, readable(message));
        };
        let diagnostic = Diagnostic::new(code, readable(message));
        if code == UNGROUPED_COLUMN {
            let column = quoted(message, '"').unwrap_or_default();
            let name = column.rsplit('.').next().unwrap_or_default().to_string();
            return Diagnostic::new(code, format!("column {name} must be in GROUP BY or inside an aggregate function"))
                .at(self.identifier(&name))
                .hint("add the column to GROUP BY, or use FIRST_VALUE, MIN or MAX");
        }
        if code == UNION_ARITY {
            return Diagnostic::new(code, "the sides of UNION have different numbers of columns");
        }
        if code == DUPLICATE_COLUMN {
            return diagnostic.hint("give one of them another name with AS");
        }
        diagnostic
    }

    fn function_site(&self, name: &str) -> Option<Span> {
        self.prepared.sites.iter().find(|site| site.name == name).map(|site| site.span)
    }

    /// The first wrapped expression whose type was never found although those of all expressions inside it were:
    /// inner queries before outer ones, WHERE before the select list, as the planner goes.
    fn guess(&self, diagnostic: &Diagnostic) -> Option<Span> {
        if !matches!(diagnostic.code.0, "type_mismatch" | "wrong_arguments" | "unsupported_feature" | "invalid_cast" | "numeric_overflow") {
            return None;
        }
        let mut untyped: Vec<_> = self.prepared.sites.iter().filter(|site| !self.catalog.typed.contains(site.span)).collect();
        untyped.sort_by_key(|site| (std::cmp::Reverse(site.depth), !site.in_where));
        let named = untyped.iter().find(|site| !site.name.is_empty() && diagnostic.message.to_lowercase().contains(&site.name));
        let found = if diagnostic.code == WRONG_ARGUMENTS { named.or(untyped.first()) } else { untyped.first() };
        found.map(|site| site.span)
    }
}

fn place_of(error: &DataFusionError) -> Option<Span> {
    error.diagnostic().and_then(|diagnostic| diagnostic.span.as_ref()).and_then(Span::of_planner)
}

fn list_hint<'a>(names: impl Iterator<Item = &'a str>) -> Option<String> {
    const LISTED_MAX: usize = 8;
    let names: Vec<&str> = names.collect();
    match names.len() {
        0 => None,
        1..=LISTED_MAX => Some(format!("the columns are {}", names.join(", "))),
        _ => Some(format!("the columns are {}, ..", names[..LISTED_MAX].join(", "))),
    }
}

/// What the planner's wording means. First match wins.
fn by_message(message: &str) -> Option<Code> {
    const WORDINGS: [(&str, Code); 22] = [
        ("must be in GROUP BY", UNGROUPED_COLUMN),
        ("could not be resolved from available columns", UNGROUPED_COLUMN),
        ("HAVING clause references", UNGROUPED_COLUMN),
        ("unique expression names", DUPLICATE_COLUMN),
        ("different number of columns", UNION_ARITY),
        ("different number of fields", UNION_ARITY),
        ("Column count doesn't match", COLUMN_COUNT_MISMATCH),
        ("Inconsistent data length", COLUMN_COUNT_MISMATCH),
        ("Source table contains", COLUMN_COUNT_MISMATCH),
        ("ambiguous", AMBIGUOUS_COLUMN),
        ("nested", NESTED_AGGREGATE),
        ("Failed to coerce", WRONG_ARGUMENTS),
        ("No function matches", WRONG_ARGUMENTS),
        ("does not support", WRONG_ARGUMENTS),
        ("expects", WRONG_ARGUMENTS),
        ("argument", WRONG_ARGUMENTS),
        ("signature", WRONG_ARGUMENTS),
        ("out of range", NUMERIC_OVERFLOW),
        ("coerce", TYPE_MISMATCH),
        ("non-boolean predicate", TYPE_MISMATCH),
        ("common type", TYPE_MISMATCH),
        ("Cannot", TYPE_MISMATCH),
    ];
    WORDINGS.iter().find(|(wording, _)| message.contains(wording)).map(|(_, code)| *code)
}

fn literal_error(message: &str) -> Diagnostic {
    let code = if message.to_lowercase().contains("overflow") { NUMERIC_OVERFLOW } else { INVALID_CAST };
    Diagnostic::new(code, first_line(message))
}

fn quoted(message: &str, quote: char) -> Option<&str> {
    message.split(quote).nth(1)
}

fn first_line(message: &str) -> &str {
    let line = message.lines().next().unwrap_or(message);
    line.trim_start_matches("Error during planning: ").trim_start_matches("Execution error: ")
}

fn lower_first(message: &str) -> String {
    let mut letters = message.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The planner's message without its layers, with our names of types.
fn readable(message: &str) -> String {
    const TYPES: [(&str, &str); 10] = [
        ("Utf8View", "VARCHAR"),
        ("Utf8", "VARCHAR"),
        ("Int64", "BIGINT"),
        ("Int32", "INTEGER"),
        ("Int16", "SMALLINT"),
        ("Int8", "TINYINT"),
        ("Float64", "DOUBLE"),
        ("Float32", "REAL"),
        ("Date32", "DATE"),
        ("Decimal128", "DECIMAL"),
    ];
    let line = message.lines().find(|line| !line.ends_with("caused by") && !line.trim().is_empty()).unwrap_or(message);
    let mut text = first_line(line).to_string();
    for (from, to) in TYPES {
        text = text.replace(&format!("U{from}"), &format!("{to} UNSIGNED")).replace(from, to);
    }
    if let Some(at) = text.find(" You might need to add explicit type casts") {
        text.truncate(at);
    }
    lower_first(&text)
}
