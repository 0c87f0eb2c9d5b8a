//! Parsed programs, kept between `parse` and `plan` so that SQL is parsed once.

use std::cell::RefCell;
use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalog::{Catalog, Table};
use crate::diagnostic::{Diagnostic, INTERNAL, Result};
use crate::span::{Span, json_or_null};
use crate::statements::{self, Node, Statement};
use crate::{bind, deadline, limits, reads, tokens};

#[derive(Default)]
struct Programs {
    next: u32,
    statements: HashMap<u32, Vec<Statement>>,
}

thread_local! {
    static PROGRAMS: RefCell<Programs> = RefCell::default();
}

/// Parses a whole program. After a bad statement it goes on behind the next semicolon.
pub fn parse(sql: &str) -> Value {
    let (parts, broken) = tokens::split(sql);
    let mut parsed = vec![];
    let mut diagnostics = vec![];
    for part in parts {
        let part = tokens::drop_table_words(part);
        let read = || limits::check(&part).and_then(|()| statements::parse(&part));
        match deadline::within(deadline::PARSE_MILLIS_MAX, Span::of_tokens(&part), read) {
            Ok(statement) => parsed.push(statement),
            Err(diagnostic) => diagnostics.extend(diagnostic.apart()),
        }
    }
    diagnostics.extend(broken);
    let heads: Vec<Value> = parsed.iter().map(head).collect();
    let program = PROGRAMS.with_borrow_mut(|programs| {
        programs.next += 1;
        programs.statements.insert(programs.next, parsed);
        programs.next
    });
    json!({"program": program, "statements": heads, "diagnostics": diagnostics.iter().map(Diagnostic::json).collect::<Vec<_>>()})
}

fn head(statement: &Statement) -> Value {
    let reads: Vec<Value> = reads::of(statement).iter().map(|name| json!({"name": name.text, "span": json_or_null(name.span)})).collect();
    let (kind, name) = match &statement.node {
        Node::CreateSource(source) => ("create_source", Some(&source.creation.name)),
        Node::CreateQuery(create) => (create.kind, Some(&create.creation.name)),
        Node::Drop { name, .. } => ("drop", Some(name)),
        Node::Insert(_, target) => ("insert", Some(target)),
        Node::Select(_) => ("select", None),
        Node::Explain { .. } => ("explain", None),
        Node::Show { name, .. } => ("show", name.as_ref()),
        Node::Describe { name, .. } => ("describe", Some(name)),
        Node::Set(_) => ("set", None),
    };
    let mut head = json!({"kind": kind, "span": json_or_null(statement.span), "reads": reads});
    if let Some(name) = name {
        head["name"] = json!(name.text);
    }
    head
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlanRequest {
    program: u32,
    index: usize,
    tables: Vec<Table>,
    /// null: none
    deadline_millis: Option<f64>,
}

pub fn plan(request: &PlanRequest) -> Result<Value> {
    let statement = PROGRAMS.with_borrow(|programs| programs.statements.get(&request.program)?.get(request.index).cloned());
    let statement = statement.ok_or_else(|| Diagnostic::new(INTERNAL, "no such statement"))?;
    let bound = || bind::statement(&statement, &Catalog::new(&request.tables)?);
    deadline::within(request.deadline_millis.unwrap_or(f64::INFINITY), statement.span, bound).map_err(|error| error.or_at(statement.span))
}

pub fn release(program: u32) {
    PROGRAMS.with_borrow_mut(|programs| programs.statements.remove(&program));
}
