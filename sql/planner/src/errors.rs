//! DataFusion's errors as our diagnostics: a stable code, a place, a hint. A user's mistake is never `internal`.

use datafusion_common::{DataFusionError, SchemaError};
use sqlparser::tokenizer::TokenWithSpan;

use crate::catalog::Catalog;
use crate::diagnostic::{
    AMBIGUOUS_COLUMN, COLUMN_COUNT_MISMATCH, Code, DUPLICATE_COLUMN, Diagnostic, INTERNAL, INVALID_CAST, NESTED_AGGREGATE, NUMERIC_OVERFLOW,
    SYNTAX_ERROR, TYPE_MISMATCH, UNGROUPED_COLUMN, UNION_ARITY, UNKNOWN_COLUMN, UNKNOWN_FUNCTION, UNKNOWN_TABLE, UNSUPPORTED_FEATURE,
    WRONG_ARGUMENTS,
};
use crate::prepare::{Prepared, Site};
use crate::span::Span;
use crate::suggest;

/// What is known of the statement whose planning failed.
pub struct Failed<'a> {
    pub catalog: &'a Catalog,
    pub prepared: &'a Prepared,
    pub tokens: &'a [TokenWithSpan],
    pub whole: Option<Span>,
}

impl Failed<'_> {
    pub fn diagnose(&self, error: &DataFusionError) -> Diagnostic {
        let place = place_of(error);
        let diagnostic = self.by_kind(error);
        if diagnostic.span.is_some() {
            return diagnostic;
        }
        // DataFusion names the left operand; the expression around it says more
        let guess = self.guess(&diagnostic, place);
        diagnostic.or_at(guess).or_at(place).or_at(self.whole)
    }

    fn by_kind(&self, error: &DataFusionError) -> Diagnostic {
        match error {
            DataFusionError::External(inner) => match inner.downcast_ref::<Diagnostic>() {
                Some(diagnostic) => self.with_table_place(diagnostic.clone()),
                None => Diagnostic::new(INTERNAL, inner.to_string()),
            },
            DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => self.by_kind(inner),
            DataFusionError::Collection(errors) => {
                let all = Diagnostic::all(errors.iter().map(|error| self.diagnose(error)).collect());
                all.unwrap_or_else(|| Diagnostic::new(INTERNAL, "an empty list of errors"))
            }
            DataFusionError::Shared(inner) => self.by_kind(inner),
            DataFusionError::SchemaError(schema_error, _) => self.schema(schema_error),
            DataFusionError::Plan(message) => self.plan(message),
            DataFusionError::NotImplemented(message) => {
                Diagnostic::new(UNSUPPORTED_FEATURE, lower_first(first_line(message))).hint("see the statements and functions in docs/language")
            }
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
        crate::places::Places(self.tokens).word(name)
    }

    fn plan(&self, message: &str) -> Diagnostic {
        if let Some(name) = message.strip_prefix("Invalid function '").and_then(|rest| rest.split('\'').next()) {
            let catalog = self.catalog;
            use datafusion_expr::planner::ContextProvider;
            let known: Vec<String> = catalog.udf_names().into_iter().chain(catalog.udaf_names()).collect();
            let error = Diagnostic::new(UNKNOWN_FUNCTION, format!("function {name} does not exist")).at(self.function_site(name));
            return self.with_hint(error, suggest::nearest(name, known.iter().map(String::as_str)));
        }
        if let Some(name) = message.strip_prefix("Invalid qualifier ") {
            let error = Diagnostic::new(UNKNOWN_TABLE, format!("table {name} is not in FROM"));
            return error.at(self.identifier(name));
        }
        if let Some((_, found)) = message.split_once("non-boolean predicate") {
            let found = found.rsplit("returning ").next().unwrap_or_default();
            let error = Diagnostic::new(TYPE_MISMATCH, format!("a condition must be BOOLEAN, not {}", with_our_types(found)))
                .hint("compare it: x <> 0");
            return error.at(self.prepared.predicates.first().copied());
        }
        let Some(code) = by_message(message) else {
            return Diagnostic::new(TYPE_MISMATCH, readable(message));
        };
        let diagnostic = Diagnostic::new(code, readable(message));
        if code == UNGROUPED_COLUMN {
            let name = ungrouped_name(message);
            return Diagnostic::new(code, format!("column {name} must be in GROUP BY or inside an aggregate function"))
                .at(self.identifier(&name))
                .hint("add the column to GROUP BY, or use FIRST_VALUE, MIN or MAX");
        }
        if code == UNION_ARITY {
            let error = Diagnostic::new(code, "the sides of UNION have different numbers of columns").at(self.identifier("union"));
            return error.hint("select as many columns on both sides");
        }
        if code == DUPLICATE_COLUMN {
            let name = last_part(message.split('"').nth(1).unwrap_or_default());
            let error = Diagnostic::new(code, format!("column {name} is defined twice")).at(self.last_mention(&name));
            return error.hint("give one of them another name with AS");
        }
        if code == WRONG_ARGUMENTS {
            return wrong_arguments(message).unwrap_or(diagnostic);
        }
        diagnostic
    }

    fn last_mention(&self, name: &str) -> Option<Span> {
        crate::places::Places(self.tokens).last_word(name)
    }

    fn function_site(&self, name: &str) -> Option<Span> {
        self.prepared.sites.iter().find(|site| site.name == name).map(|site| site.span)
    }

    /// The first wrapped expression whose type was never found although those of all expressions inside it were:
    /// inner queries before outer ones, WHERE before the select list, as the planner goes. With a place, the smallest such
    /// expression that holds it.
    fn guess(&self, diagnostic: &Diagnostic, place: Option<Span>) -> Option<Span> {
        if !matches!(diagnostic.code.0, "type_mismatch" | "wrong_arguments" | "unsupported_feature" | "invalid_cast" | "numeric_overflow") {
            return None;
        }
        let mut untyped: Vec<_> = self.prepared.sites.iter().filter(|site| !site.aggregate && !self.catalog.typed.contains(site.span)).collect();
        if let Some(place) = place {
            untyped.retain(|site| site.span.holds(place));
            return untyped.into_iter().map(|site| site.span).reduce(|least, span| if least.holds(span) { span } else { least });
        }
        untyped.sort_by_key(|site| (std::cmp::Reverse(site.depth), !site.in_where));
        let message = diagnostic.message.to_lowercase();
        let is_named = |site: &Site| !site.name.is_empty() && message.contains(&site.name);
        let named = untyped.iter().copied().find(|site| is_named(site));
        // an aggregate's arguments have their types before the aggregate fails
        let named = named.or_else(|| self.prepared.sites.iter().find(|site| site.aggregate && is_named(site)));
        let found = if diagnostic.code == WRONG_ARGUMENTS { named.or(untyped.first().copied()) } else { untyped.first().copied() };
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
    const WORDINGS: [(&str, Code); 23] = [
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
        ("common argument type", TYPE_MISMATCH),
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

/// `table.column` without the table.
fn last_part(name: &str) -> String {
    name.rsplit('.').next().unwrap_or_default().trim_matches('"').to_string()
}

fn ungrouped_name(message: &str) -> String {
    let having = message.split("Expression ").nth(1).and_then(|rest| rest.split(" could not").next());
    last_part(message.split('"').nth(1).or(having).unwrap_or_default())
}

/// The function's name and the first thing that is wrong, out of a list of every signature tried.
fn wrong_arguments(message: &str) -> Option<Diagnostic> {
    let name = message.split('\'').nth(1)?;
    let own = format!("Function '{name}' ");
    let detail = match message.split_once("errors: Error during planning: ") {
        Some((_, errors)) => errors.split(",Error during planning").next()?,
        None => message,
    };
    let detail = detail.split(". No function matches").next()?.split(" (DataType:").next()?;
    let detail = detail.rsplit("Execution error: ").next()?.rsplit(&own).next()?.lines().next()?.trim_end_matches('.');
    Some(Diagnostic::new(WRONG_ARGUMENTS, format!("function {name} cannot take these arguments: {}", with_our_types(detail))))
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
    let line = message.lines().find(|line| !line.ends_with("caused by") && !line.trim().is_empty()).unwrap_or(message);
    let mut text = with_our_types(first_line(line));
    if let Some(at) = text.find(" You might need to add explicit type casts") {
        text.truncate(at);
    }
    lower_first(&text)
}

fn with_our_types(text: &str) -> String {
    const TYPES: [(&str, &str); 17] = [
        ("Timestamp(µs, \"+00:00\")", "TIMESTAMPTZ"),
        ("Timestamp(µs)", "TIMESTAMP"),
        ("Interval(MonthDayNano)", "INTERVAL"),
        ("Time64(µs)", "TIME"),
        ("Boolean", "BOOLEAN"),
        ("received String", "received VARCHAR"),
        ("requires Decimal,", "requires a number,"),
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
    TYPES.iter().fold(text.to_string(), |text, (from, to)| {
        text.replace(&format!("U{from}"), &format!("{to} UNSIGNED")).replace(from, to)
    })
}
