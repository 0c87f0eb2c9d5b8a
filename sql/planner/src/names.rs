//! Names of output columns: PostgreSQL's where the query gives none, made unique.

use std::collections::HashSet;

use sqlparser::ast::{Expr, Select, SelectItem, TrimWhereField};

use crate::cursor::fold;
use crate::diagnostic::{DUPLICATE_COLUMN, Diagnostic, Result};
use crate::span::Span;

/// For each item of the select list its name, or None for wildcards.
pub fn output_names(select: &Select) -> Result<Vec<Option<String>>> {
    let mut used = HashSet::new();
    for item in &select.projection {
        if let SelectItem::ExprWithAlias { alias, .. } = item
            && !used.insert(fold(alias))
        {
            let error = Diagnostic::new(DUPLICATE_COLUMN, format!("column {} is defined twice", fold(alias)));
            return Err(error.at(Span::of(alias.span)).hint("give one of them another name with AS"));
        }
    }
    Ok(select.projection.iter().map(|item| item_name(item, &mut used)).collect())
}

fn item_name(item: &SelectItem, used: &mut HashSet<String>) -> Option<String> {
    match item {
        SelectItem::ExprWithAlias { alias, .. } => Some(fold(alias)),
        SelectItem::UnnamedExpr(expression) => {
            let name = figure(expression).unwrap_or_else(|| "?column?".to_string());
            let mut unique = name.clone();
            let mut count = 0;
            while !used.insert(unique.clone()) {
                count += 1;
                unique = format!("{name}_{count}");
            }
            Some(unique)
        }
        _ => None,
    }
}

fn figure(expression: &Expr) -> Option<String> {
    Some(match expression {
        Expr::Identifier(ident) => fold(ident),
        Expr::CompoundIdentifier(parts) => fold(parts.last()?),
        Expr::Function(function) => function.name.0.last()?.as_ident().map(fold)?,
        Expr::Nested(inner) => figure(inner)?,
        Expr::Cast { expr, data_type, .. } => figure(expr).unwrap_or_else(|| type_word(&data_type.to_string())),
        Expr::Case { else_result, .. } => else_result.as_ref().and_then(|result| figure(result)).unwrap_or_else(|| "case".to_string()),
        Expr::TypedString(typed) => type_word(&typed.data_type.to_string()),
        Expr::Interval(_) => "interval".to_string(),
        Expr::Extract { .. } => "extract".to_string(),
        Expr::Position { .. } => "position".to_string(),
        Expr::Substring { .. } => "substring".to_string(),
        Expr::Overlay { .. } => "overlay".to_string(),
        Expr::Ceil { .. } => "ceil".to_string(),
        Expr::Floor { .. } => "floor".to_string(),
        Expr::Trim { trim_where, .. } => match trim_where {
            Some(TrimWhereField::Leading) => "ltrim",
            Some(TrimWhereField::Trailing) => "rtrim",
            _ => "btrim",
        }
        .to_string(),
        _ => return None,
    })
}

fn type_word(name: &str) -> String {
    name.split(['(', ' ']).next().unwrap_or(name).to_lowercase()
}
