//! DROP, INSERT, EXPLAIN, SHOW, DESCRIBE and SET.

use sqlparser::ast::{self, TableObject};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::{Node, clauses};
use crate::cursor::{Cursor, Name, fold};
use crate::diagnostic::{Diagnostic, Result, SYNTAX_ERROR, UNSUPPORTED_FEATURE};
use crate::span::Span;

pub fn drop_statement(mut cursor: Cursor) -> Result<Node> {
    cursor.expect_word("drop")?;
    let object = if cursor.take_word("source") {
        "source"
    } else if cursor.take_word("stream") || cursor.take_words(&["continuous", "query"]) {
        "stream"
    } else if cursor.take_words(&["materialized", "view"]) {
        "materialized_view"
    } else if cursor.take_word("sink") {
        "sink"
    } else {
        let place = cursor.place();
        let refusal = Diagnostic::new(UNSUPPORTED_FEATURE, "this kind of DROP is not supported").at(place);
        return Err(refusal.hint("DROP SOURCE, STREAM, MATERIALIZED VIEW or SINK"));
    };
    let if_exists = cursor.take_words(&["if", "exists"]);
    let name = cursor.name()?;
    let cascade = cursor.take_word("cascade");
    if !cascade {
        cursor.take_word("restrict");
    }
    cursor.expect_end()?;
    Ok(Node::Drop { object, name, if_exists, cascade })
}

pub fn insert(tokens: &[TokenWithSpan]) -> Result<Node> {
    let mut cursor = Cursor::new(tokens);
    let mut statement = cursor.parse(|parser| parser.parse_statement())?;
    cursor.expect_end()?;
    let ast::Statement::Insert(insert) = &mut statement else {
        return Err(Diagnostic::new(SYNTAX_ERROR, "syntax error: INSERT INTO expected").at(Span::of_tokens(tokens)));
    };
    crate::refuse::insert(insert, Span::of_tokens(tokens))?;
    let target = match &insert.table {
        TableObject::TableName(name) => match name.0.as_slice() {
            [part] => part.as_ident().map(|ident| Name { text: fold(ident), span: Span::of(ident.span) }),
            _ => None,
        },
        _ => None,
    };
    let Some(target) = target else {
        return Err(crate::refuse::qualified_name(Span::of_tokens(tokens)));
    };
    if let Some(query) = &mut insert.source {
        crate::balance::query(query);
        crate::refuse::query(query, tokens)?;
    }
    Ok(Node::Insert(Box::new(statement), target))
}

const LEVELS: [&str; 7] = ["logical", "stream", "pipelines", "code", "wasm", "state", "all"];
const FORMATS: [&str; 4] = ["text", "json", "dot", "html"];

pub fn explain(mut cursor: Cursor) -> Result<Node> {
    cursor.expect_word("explain")?;
    let analyze = cursor.take_word("analyze");
    let mut levels = vec![];
    let mut format = "text";
    // `EXPLAIN (SELECT ..)` is a statement in parentheses, not a list of levels
    let listed = cursor.tokens.get(cursor.index() + 1).is_some_and(|token| {
        LEVELS.iter().chain(&["format"]).any(|word| crate::tokens::is_word(token, word))
    });
    if listed && cursor.take(Token::LParen) {
        loop {
            if cursor.take_word("format") {
                let found = FORMATS.into_iter().find(|name| cursor.take_word(name));
                format = found.ok_or_else(|| cursor.expected("TEXT, JSON, DOT or HTML"))?;
            } else {
                let found = LEVELS.into_iter().find(|name| cursor.take_word(name));
                levels.push(found.ok_or_else(|| cursor.expected("LOGICAL, STREAM, PIPELINES, CODE, WASM, STATE, ALL or FORMAT"))?);
            }
            if !cursor.take(Token::Comma) {
                break;
            }
        }
        cursor.expect(Token::RParen)?;
    }
    if cursor.at_end() {
        return Err(cursor.expected("a statement to explain"));
    }
    let statement = Box::new(super::parse(cursor.rest())?);
    if matches!(statement.node, Node::CreateSource(_) | Node::CreateQuery(_) | Node::Select(_) | Node::Insert(..)) {
        return Ok(Node::Explain { analyze, levels, format, statement });
    }
    let refusal = Diagnostic::new(UNSUPPORTED_FEATURE, "EXPLAIN of this statement is not supported").at(statement.span);
    Err(refusal.hint("EXPLAIN takes SELECT, INSERT and CREATE statements"))
}

pub fn show(mut cursor: Cursor) -> Result<Node> {
    cursor.expect_word("show")?;
    let mut name = None;
    let plain = ["sources", "streams", "sinks", "queries", "functions"].into_iter().find(|word| cursor.take_word(word));
    let what = if let Some(what) = plain {
        what
    } else if cursor.take_words(&["materialized", "views"]) {
        "materialized_views"
    } else if cursor.take_word("create") {
        let kinds: [&[&str]; 5] = [&["source"], &["stream"], &["materialized", "view"], &["sink"], &["continuous", "query"]];
        let with_kind = |cursor: &Cursor| cursor.rest().len() > 1;
        if with_kind(&cursor) {
            let _ = kinds.iter().any(|words| cursor.take_words(words));
        }
        name = Some(cursor.name()?);
        "create"
    } else if cursor.peek_word("tables") {
        let refusal = Diagnostic::new(UNSUPPORTED_FEATURE, "SHOW TABLES is not supported").at(cursor.place());
        return Err(refusal.hint("SHOW SOURCES, STREAMS, MATERIALIZED VIEWS or SINKS"));
    } else {
        return Err(cursor.expected("SOURCES, STREAMS, MATERIALIZED VIEWS, SINKS, QUERIES, FUNCTIONS or CREATE"));
    };
    cursor.expect_end()?;
    Ok(Node::Show { what, name })
}

pub fn describe(mut cursor: Cursor) -> Result<Node> {
    cursor.parser.next_token();
    let extended = cursor.rest().len() > 1 && cursor.take_word("extended");
    let name = cursor.name()?;
    cursor.expect_end()?;
    Ok(Node::Describe { name, extended })
}

pub fn set(mut cursor: Cursor) -> Result<Node> {
    cursor.expect_word("set")?;
    let option = clauses::option(&mut cursor)?;
    cursor.expect_end()?;
    Ok(Node::Set(option))
}
