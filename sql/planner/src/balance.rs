//! AND and OR chains come left-deep from the parser: n terms, n levels of recursion in everything that follows,
//! and quadratic time in the planner. Balanced they are log n deep; their value does not depend on the grouping.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, Query, Value, VisitMut, VisitorMut};

struct Balancer;

impl VisitorMut for Balancer {
    type Break = ();

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        balance(expression);
        ControlFlow::Continue(())
    }
}

pub fn query(query: &mut Query) {
    let _ = query.visit(&mut Balancer);
}

pub fn expression(expression: &mut Expr) {
    let _ = expression.visit(&mut Balancer);
}

fn balance(expression: &mut Expr) {
    let Expr::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), right, .. } = expression else { return };
    // the parser puts a chain's own links on the left only: a link on the right is ours, from the level above
    if matches!(&**right, Expr::BinaryOp { op: found, .. } if found == op) {
        return;
    }
    let op = op.clone();
    let mut rest = std::mem::replace(expression, Expr::Value(Value::Null.into()));
    let mut terms = vec![];
    loop {
        match rest {
            Expr::BinaryOp { left, op: found, right } if found == op => {
                terms.push(*right);
                rest = *left;
            }
            last => {
                terms.push(last);
                break;
            }
        }
    }
    terms.reverse();
    *expression = join(terms, &op);
}

fn join(mut terms: Vec<Expr>, op: &BinaryOperator) -> Expr {
    if terms.len() == 1 {
        return terms.remove(0);
    }
    let right = terms.split_off(terms.len() / 2);
    Expr::BinaryOp { left: Box::new(join(terms, op)), op: op.clone(), right: Box::new(join(right, op)) }
}
