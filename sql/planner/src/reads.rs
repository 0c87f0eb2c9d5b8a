//! Which tables a statement reads: for ordering a program and for sending the planner what it needs.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, FunctionArg, FunctionArgExpr, Ident, Query, TableFactor, Visit, Visitor};

use crate::cursor::{Name, fold};
use crate::relations::is_tumble;
use crate::span::Span;
use crate::statements::{Node, Statement};

/// Each table once, in order of first mention. An INSERT reads its target's columns.
pub fn of(statement: &Statement) -> Vec<Name> {
    match &statement.node {
        Node::CreateQuery(create) => of_query(&create.query.query),
        Node::Select(item) => of_query(&item.query),
        Node::Insert(statement, target) => {
            let mut reads = vec![target.clone()];
            if let sqlparser::ast::Statement::Insert(insert) = &**statement
                && let Some(query) = &insert.source
            {
                reads.extend(of_query(query).into_iter().filter(|name| name.text != target.text));
            }
            reads
        }
        Node::Explain { statement, .. } => of(statement),
        Node::CreateSource(_) | Node::Drop { .. } | Node::Show { .. } | Node::Describe { .. } | Node::Set(_) => vec![],
    }
}

fn of_query(query: &Query) -> Vec<Name> {
    let mut reader = Reader::default();
    let _ = query.visit(&mut reader);
    reader.names
}

#[derive(Default)]
struct Reader {
    names: Vec<Name>,
    /// names of WITH clauses, one list per query entered
    scopes: Vec<Vec<String>>,
}

impl Reader {
    fn mention(&mut self, ident: &Ident) {
        let text = fold(ident);
        let is_cte = self.scopes.iter().flatten().any(|name| *name == text);
        if !is_cte && !self.names.iter().any(|name| name.text == text) {
            self.names.push(Name { text, span: Span::of(ident.span) });
        }
    }
}

impl Visitor for Reader {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        // a WITH query does not see its own name: there the name is a table's
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let own = fold(&cte.alias.name);
            let reads_itself = of_query(&cte.query).into_iter().find(|name| name.text == own);
            self.names.extend(reads_itself.filter(|_| !self.names.iter().any(|name| name.text == own)));
        }
        let ctes = query.with.iter().flat_map(|with| &with.cte_tables).map(|cte| fold(&cte.alias.name));
        self.scopes.push(ctes.collect());
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.scopes.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        let arguments = match factor {
            TableFactor::Table { name, args: None, .. } => {
                if let Some(ident) = name.0.last().and_then(|part| part.as_ident()) {
                    self.mention(ident);
                }
                return ControlFlow::Continue(());
            }
            TableFactor::Table { name, args: Some(args), .. } if is_tumble(name) => &args.args,
            TableFactor::TableFunction { expr: Expr::Function(function), .. } => match &function.args {
                sqlparser::ast::FunctionArguments::List(list) => &list.args,
                _ => return ControlFlow::Continue(()),
            },
            _ => return ControlFlow::Continue(()),
        };
        if let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(ident)))) = arguments.first() {
            self.mention(ident);
        }
        ControlFlow::Continue(())
    }
}
