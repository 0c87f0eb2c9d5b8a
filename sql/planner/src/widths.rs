//! How many columns the parts of a statement have, where the text alone says so: for errors at the part that is wrong.

use sqlparser::ast::{Expr, Insert, Query, Select, SelectItem, SetExpr, Spanned};

use crate::diagnostic::{COLUMN_COUNT_MISMATCH, Diagnostic, Result, UNION_ARITY};
use crate::places::Places;
use crate::span::Span;

/// None: a star hides it.
fn width(body: &SetExpr) -> Option<usize> {
    match body {
        SetExpr::Select(select) => select_width(select),
        SetExpr::Query(query) => width(&query.body),
        SetExpr::Values(values) => values.rows.first().map(|row| row.len()),
        SetExpr::SetOperation { left, right, .. } => width(left).or_else(|| width(right)),
        _ => None,
    }
}

fn select_width(select: &Select) -> Option<usize> {
    let is_column = |item: &SelectItem| matches!(item, SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. });
    select.projection.iter().all(is_column).then_some(select.projection.len())
}

/// Each side of a UNION that has another number of columns than the sides before it.
pub fn check_sets(query: &Query) -> Result<()> {
    check_body(&query.body)
}

fn check_body(body: &SetExpr) -> Result<()> {
    let SetExpr::SetOperation { left, right, .. } = body else { return Ok(()) };
    check_body(left)?;
    let (Some(wanted), Some(found)) = (width(left), width(right)) else { return Ok(()) };
    if wanted == found {
        return Ok(());
    }
    let message = format!("this side of the UNION has {found} columns, the one before it {wanted}");
    Err(Diagnostic::new(UNION_ARITY, message).at(Span::of(right.span())).hint("select as many columns on both sides; NULL can stand for one"))
}

/// The rows or the query of an INSERT into so many columns.
pub fn check_insert(insert: &Insert, wanted: usize, places: &Places) -> Result<()> {
    let Some(source) = &insert.source else { return Ok(()) };
    let mismatch = |what: &str, found: usize, span: Option<Span>| {
        let message = format!("the INSERT names {wanted} columns, {what} has {found}");
        Err(Diagnostic::new(COLUMN_COUNT_MISMATCH, message).at(span).hint("name the columns that are given: INSERT INTO name (a, b) ..; the others get their defaults"))
    };
    if let SetExpr::Values(values) = &*source.body {
        return match values.rows.iter().enumerate().find(|(_, row)| row.len() != wanted) {
            Some((index, row)) => mismatch(&format!("row {}", index + 1), row.len(), row_place(row, places)),
            None => Ok(()),
        };
    }
    match width(&source.body) {
        Some(found) if found != wanted => mismatch("the query", found, Span::of(source.body.span())),
        _ => Ok(()),
    }
}

fn row_place(row: &[Expr], places: &Places) -> Option<Span> {
    row.iter().filter_map(|value| places.of(value)).reduce(Span::to)
}
