//! `GROUP BY TUMBLE(..)` makes `window_start` and `window_end` selectable: in the select list and in HAVING these two
//! identifiers stand for the grouping call and for the end of its window.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Interval, Select, SelectItem, Value, VisitMut, VisitorMut,
};

use crate::cursor::fold;
use crate::diagnostic::{Diagnostic, INVALID_WINDOW, Result};
use crate::functions::windows::WINDOW_END;
use crate::places::Places;
use crate::relations::is_tumble;
use crate::syntax;

pub fn resolve(select: &mut Select, places: &Places) -> Result<()> {
    let GroupByExpr::Expressions(keys, _) = &select.group_by else { return Ok(()) };
    let calls: Vec<Expr> = keys.iter().filter_map(|key| tumble_of(key, &select.projection)).cloned().collect();
    let call = match calls.as_slice() {
        [] => return Ok(()),
        [call] => call.clone(),
        [_, second, ..] => {
            let error = Diagnostic::new(INVALID_WINDOW, "a query groups by one window at most").at(places.of(second));
            return Err(error.hint("group a windowed stream once more in a second query"));
        }
    };
    let Some(end) = window_end(&call) else { return Ok(()) };
    let mut resolver = Resolver { start: call, end };
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } = item {
            let _ = expression.visit(&mut resolver);
        }
    }
    if let Some(having) = &mut select.having {
        let _ = having.visit(&mut resolver);
    }
    Ok(())
}

/// The TUMBLE call that a grouping key is or names (by alias or position).
fn tumble_of<'a>(key: &'a Expr, projection: &'a [SelectItem]) -> Option<&'a Expr> {
    let expression_of = |item: &'a SelectItem| match item {
        SelectItem::UnnamedExpr(expression) | SelectItem::ExprWithAlias { expr: expression, .. } => Some(expression),
        _ => None,
    };
    let found = match key {
        Expr::Identifier(ident) => projection.iter().find_map(|item| match item {
            SelectItem::ExprWithAlias { expr, alias } if fold(alias) == fold(ident) => Some(expr),
            _ => None,
        })?,
        Expr::Value(value) => match &value.value {
            Value::Number(position, _) => expression_of(projection.get(position.parse::<usize>().ok()?.checked_sub(1)?)?)?,
            _ => return None,
        },
        Expr::Nested(inner) => return tumble_of(inner, projection),
        other => other,
    };
    matches!(found, Expr::Function(function) if is_tumble(&function.name)).then_some(found)
}

/// `window_end(tumble(..), size, offset)`
fn window_end(call: &Expr) -> Option<Expr> {
    let Expr::Function(Function { args: FunctionArguments::List(list), .. }) = call else { return None };
    let argument = |index: usize| match list.args.get(index) {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(expression))) => Some(expression.clone()),
        _ => None,
    };
    let offset = argument(2).unwrap_or_else(no_offset);
    Some(syntax::call(WINDOW_END, vec![call.clone(), argument(1)?, offset]))
}

fn no_offset() -> Expr {
    Expr::Interval(Interval {
        value: Box::new(Expr::Value(Value::SingleQuotedString("0 seconds".to_string()).into())),
        leading_field: None,
        leading_precision: None,
        last_field: None,
        fractional_seconds_precision: None,
    })
}

struct Resolver {
    start: Expr,
    end: Expr,
}

impl VisitorMut for Resolver {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Expr::Identifier(ident) = expression {
            match fold(ident).as_str() {
                "window_start" => *expression = self.start.clone(),
                "window_end" => *expression = self.end.clone(),
                _ => {}
            }
        }
        ControlFlow::Continue(())
    }
}
