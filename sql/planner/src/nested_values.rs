//! DataFusion casts every VALUES below an INSERT to the target's columns, also one that is only read from: 1.6 * 2 would
//! become 2 * 2. Such statements are found here and refused.

use std::ops::ControlFlow;

use sqlparser::ast::{Insert, Query, SetExpr, Visit, Visitor};

/// Has the INSERT's source a VALUES that is not the source itself?
pub fn found(insert: &Insert) -> bool {
    match insert.source.as_deref() {
        Some(source) if !matches!(*source.body, SetExpr::Values(_)) => source.visit(&mut Finder).is_break(),
        _ => false,
    }
}

struct Finder;

impl Visitor for Finder {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if has_values(&query.body) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

fn has_values(body: &SetExpr) -> bool {
    match body {
        SetExpr::Values(_) => true,
        SetExpr::SetOperation { left, right, .. } => has_values(left) || has_values(right),
        _ => false,
    }
}
