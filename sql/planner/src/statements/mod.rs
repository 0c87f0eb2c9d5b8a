//! Our statements: what the text says, before any table is known.

mod clauses;
mod create;
mod other;

use sqlparser::ast;
use sqlparser::tokenizer::{Token, TokenWithSpan};

pub use clauses::{Clauses, Emit, FormatClause, Lateness, SqlOption};
pub use create::{ColumnItem, CreateQuery, CreateSource, WatermarkItem};

use crate::cursor::{Cursor, Name};
use crate::diagnostic::Result;
use crate::span::Span;
use crate::tokens::{is_word, words_at};

#[derive(Clone, Debug)]
pub struct Creation {
    pub name: Name,
    pub or_replace: bool,
    pub if_not_exists: bool,
}

#[derive(Clone, Debug)]
pub struct QueryItem {
    pub query: Box<ast::Query>,
    pub emit: Emit,
    pub lateness: Option<Lateness>,
    pub span: Option<Span>,
}

#[derive(Clone, Debug)]
pub enum Node {
    CreateSource(Box<CreateSource>),
    CreateQuery(Box<CreateQuery>),
    Drop { object: &'static str, name: Name, if_exists: bool, cascade: bool },
    Insert(Box<ast::Statement>, Name),
    Select(QueryItem),
    Explain { analyze: bool, levels: Vec<&'static str>, format: &'static str, statement: Box<Statement> },
    Show { what: &'static str, name: Option<Name> },
    Describe { name: Name, extended: bool },
    Set(SqlOption),
}

#[derive(Clone, Debug)]
pub struct Statement {
    pub node: Node,
    pub span: Option<Span>,
    /// for the places of calls and casts, which sqlparser's own spans do not cover whole
    pub tokens: std::rc::Rc<[TokenWithSpan]>,
}

/// The statement that the tokens (not empty) spell.
pub fn parse(tokens: &[TokenWithSpan]) -> Result<Statement> {
    crate::tokens::check(tokens)?;
    for (index, token) in tokens.iter().enumerate() {
        if is_word(token, "as") || token.token == Token::DoubleColon {
            crate::types::refuse_map(tokens, index + 1)?;
        }
    }
    let first = |word: &str| is_word(&tokens[0], word);
    let node = if first("create") {
        create::parse(tokens)?
    } else if first("drop") {
        other::drop_statement(Cursor::new(tokens))?
    } else if first("insert") {
        other::insert(tokens)?
    } else if first("explain") {
        other::explain(Cursor::new(tokens))?
    } else if first("show") {
        other::show(Cursor::new(tokens))?
    } else if first("describe") || first("desc") {
        other::describe(Cursor::new(tokens))?
    } else if first("set") {
        other::set(Cursor::new(tokens))?
    } else if let Some(refusal) = crate::refuse::statement(tokens) {
        return Err(refusal);
    } else {
        select(tokens)?
    };
    Ok(Statement { node, span: Span::of_tokens(tokens), tokens: tokens.into() })
}

fn select(tokens: &[TokenWithSpan]) -> Result<Node> {
    let clauses_allowed = clauses::Allowed { emit: true, ..clauses::Allowed::default() };
    let (item, _) = query(tokens, clauses_allowed)?;
    Ok(Node::Select(item))
}

/// A query and its trailing clauses, to the end of the tokens.
fn query(tokens: &[TokenWithSpan], allowed: clauses::Allowed) -> Result<(QueryItem, Clauses)> {
    let length = crate::tokens::query_length(tokens);
    let (text, trailing) = tokens.split_at(length);
    let mut cursor = Cursor::new(text);
    if text.is_empty() {
        return Err(Cursor::new(tokens).expected("a query"));
    }
    let mut query = cursor.parse(|parser| parser.parse_query())?;
    cursor.expect_end()?;
    crate::balance::query(&mut query);
    let mut clauses = clauses::parse(&mut Cursor::new(trailing), allowed)?;
    crate::refuse::query(&query, tokens)?;
    let emit = std::mem::take(&mut clauses.emit);
    let lateness = clauses.lateness.take();
    Ok((QueryItem { query, emit, lateness, span: Span::of_tokens(text) }, clauses))
}

/// `CREATE [OR REPLACE] ..` up to the object's name.
fn creation(cursor: &mut Cursor, or_replace: bool) -> Result<Creation> {
    let if_not_exists = words_at(cursor.tokens, cursor.index(), &["if", "not", "exists"]);
    if if_not_exists {
        cursor.take_words(&["if", "not", "exists"]);
    }
    Ok(Creation { name: cursor.name()?, or_replace, if_not_exists })
}
