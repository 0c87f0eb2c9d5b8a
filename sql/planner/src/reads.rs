//! Which tables a statement reads: for ordering a program and for sending the planner what it needs. And how many
//! relations a query has once its WITH queries stand where they are named: thirty lines that each name the one before
//! twice are a plan of a billion scans.

use std::collections::HashMap;
use std::ops::ControlFlow;

use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Query, TableFactor, Visit, Visitor};

use crate::cursor::{Name, fold};
use crate::diagnostic::{Diagnostic, QUERY_TOO_COMPLEX, Result};
use crate::span::Span;
use crate::statements::{Node, Statement};

/// Relations of one query. A plan of so many takes half a second.
const RELATIONS_MAX: usize = 1000;

/// Each table once, in order of first mention. An INSERT reads its target's columns.
pub fn of(statement: &Statement) -> Vec<Name> {
    match &statement.node {
        Node::CreateQuery(create) => read(&create.query.query).names,
        Node::Select(item) => read(&item.query).names,
        Node::Insert(statement, target) => {
            let mut reads = vec![target.clone()];
            if let sqlparser::ast::Statement::Insert(insert) = &**statement
                && let Some(query) = &insert.source
            {
                reads.extend(read(query).names.into_iter().filter(|name| name.text != target.text));
            }
            reads
        }
        Node::Explain { statement, .. } => of(statement),
        Node::CreateSource(_) | Node::Drop { .. } | Node::Show { .. } | Node::Describe { .. } | Node::Set(_) => vec![],
    }
}

pub fn check_size(query: &Query) -> Result<()> {
    if read(query).total > RELATIONS_MAX {
        let message = format!("more than {RELATIONS_MAX} relations, with WITH queries counted where they are named");
        return Err(Diagnostic::new(QUERY_TOO_COMPLEX, message).hint("split the query into streams that read each other"));
    }
    Ok(())
}

fn read(query: &Query) -> Reader {
    let mut reader = Reader::default();
    let _ = query.visit(&mut reader);
    reader
}

/// A query being visited: its WITH queries come first, in order, then what stands in its body.
#[derive(Default)]
struct Frame {
    count: usize,
    /// names of WITH queries not yet visited, last first
    pending: Vec<String>,
    /// those visited, with their sizes: a WITH query sees the ones before it, not itself
    known: HashMap<String, usize>,
}

#[derive(Default)]
struct Reader {
    names: Vec<Name>,
    total: usize,
    frames: Vec<Frame>,
}

impl Reader {
    fn mention(&mut self, ident: &Ident) {
        let text = fold(ident);
        let size = self.frames.iter().rev().find_map(|frame| frame.known.get(&text)).copied();
        if size.is_none() && !self.names.iter().any(|name| name.text == text) {
            self.names.push(Name { text, span: Span::of(ident.span) });
        }
        if let Some(frame) = self.frames.last_mut() {
            frame.count = frame.count.saturating_add(size.unwrap_or(1));
        }
    }

    /// The input of a window table function.
    fn mention_first(&mut self, arguments: &[FunctionArg]) {
        if let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(ident)))) = arguments.first() {
            self.mention(ident);
        }
    }
}

impl Visitor for Reader {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let names = query.with.iter().flat_map(|with| with.cte_tables.iter().rev()).map(|cte| fold(&cte.alias.name));
        self.frames.push(Frame { pending: names.collect(), ..Frame::default() });
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        let count = self.frames.pop().map_or(0, |frame| frame.count);
        match self.frames.last_mut() {
            None => self.total = count,
            Some(outer) => match outer.pending.pop() {
                Some(name) => drop(outer.known.insert(name, count)),
                None => outer.count = outer.count.saturating_add(count),
            },
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        match factor {
            TableFactor::Table { name, args: None, .. } => {
                if let Some(ident) = name.0.last().and_then(|part| part.as_ident()) {
                    self.mention(ident);
                }
            }
            TableFactor::Table { args: Some(args), .. } => self.mention_first(&args.args),
            TableFactor::TableFunction { expr: Expr::Function(function), .. } => {
                if let FunctionArguments::List(list) = &function.args {
                    self.mention_first(&list.args);
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}
