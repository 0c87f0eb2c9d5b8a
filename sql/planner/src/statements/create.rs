//! CREATE SOURCE, STREAM, CONTINUOUS QUERY, MATERIALIZED VIEW and SINK.

use sqlparser::ast::{ColumnOption, DataType, Expr};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use super::clauses::{self, Allowed, Clauses, FormatClause, SqlOption};
use super::{Creation, Node, QueryItem, creation, query};
use crate::cursor::{Cursor, Name};
use crate::diagnostic::{DUPLICATE_CLAUSE, DUPLICATE_COLUMN, Diagnostic, Result, SYNTAX_ERROR, UNSUPPORTED_FEATURE};
use crate::span::Span;
use crate::tokens::is_word;

#[derive(Clone, Debug)]
pub struct ColumnItem {
    pub name: Name,
    pub data_type: DataType,
    pub type_span: Option<Span>,
    pub not_null: bool,
    pub default: Option<Expr>,
    pub computed: Option<Expr>,
    pub span: Option<Span>,
}

#[derive(Clone, Debug)]
pub struct WatermarkItem {
    pub column: Name,
    pub expression: Option<Expr>,
    pub span: Option<Span>,
}

#[derive(Clone, Debug)]
pub struct CreateSource {
    pub creation: Creation,
    pub columns: Vec<ColumnItem>,
    pub primary_key: Vec<Name>,
    pub watermark: Option<WatermarkItem>,
    pub format: Option<FormatClause>,
    pub options: Vec<SqlOption>,
}

#[derive(Clone, Debug)]
pub struct CreateQuery {
    pub kind: &'static str,
    pub creation: Creation,
    pub query: QueryItem,
    pub format: Option<FormatClause>,
    pub options: Vec<SqlOption>,
}

pub fn parse(tokens: &[TokenWithSpan]) -> Result<Node> {
    let mut cursor = Cursor::new(tokens);
    cursor.expect_word("create")?;
    let or_replace = cursor.take_words(&["or", "replace"]);
    if cursor.take_word("source") {
        return source(cursor, or_replace);
    }
    if cursor.take_word("stream") || cursor.take_words(&["continuous", "query"]) {
        return stream_or_view(cursor, "create_stream", or_replace);
    }
    if cursor.take_words(&["materialized", "view"]) {
        return stream_or_view(cursor, "create_materialized_view", or_replace);
    }
    if cursor.take_word("sink") {
        return sink(cursor, or_replace);
    }
    Err(crate::refuse::create(&cursor))
}

fn stream_or_view(mut cursor: Cursor, kind: &'static str, or_replace: bool) -> Result<Node> {
    let creation = creation(&mut cursor, or_replace)?;
    if cursor.rest().first().is_some_and(|token| token.token == Token::LParen) {
        let refusal = Diagnostic::new(UNSUPPORTED_FEATURE, "a column list is not supported here").at(cursor.place());
        return Err(refusal.hint("name the columns with AS in the query"));
    }
    cursor.expect_word("as")?;
    let allowed = Allowed { emit: true, lateness: true, with: true, format: false };
    let (query, clauses) = query(cursor.rest(), allowed)?;
    Ok(create_query(kind, creation, (query, clauses)))
}

fn sink(mut cursor: Cursor, or_replace: bool) -> Result<Node> {
    let creation = creation(&mut cursor, or_replace)?;
    let allowed = Allowed { emit: true, lateness: true, with: true, format: true };
    if cursor.take_word("as") {
        let parts = query(cursor.rest(), allowed)?;
        return Ok(create_query("create_sink", creation, parts));
    }
    let from = cursor.index();
    cursor.expect_word("from")?;
    let name = cursor.name()?;
    let span = cursor.span_from(from);
    let mut clauses = clauses::parse(&mut Cursor::new(cursor.rest()), allowed)?;
    let emit = std::mem::take(&mut clauses.emit);
    let lateness = clauses.lateness.take();
    let query = Box::new(crate::syntax::select_all(&name));
    Ok(create_query("create_sink", creation, (QueryItem { query, emit, lateness, span }, clauses)))
}

fn create_query(kind: &'static str, creation: Creation, parts: (QueryItem, Clauses)) -> Node {
    let (query, clauses) = parts;
    let options = clauses.options.unwrap_or_default();
    Node::CreateQuery(Box::new(CreateQuery { kind, creation, query, format: clauses.format, options }))
}

fn source(mut cursor: Cursor, or_replace: bool) -> Result<Node> {
    let creation = creation(&mut cursor, or_replace)?;
    let mut source =
        CreateSource { creation, columns: vec![], primary_key: vec![], watermark: None, format: None, options: vec![] };
    if cursor.take(Token::LParen) {
        loop {
            source_item(&mut cursor, &mut source)?;
            if !cursor.take(Token::Comma) {
                break;
            }
        }
        cursor.expect(Token::RParen)?;
    }
    if source.columns.is_empty() {
        return Err(cursor.expected("a list of columns"));
    }
    let allowed = Allowed { with: true, format: true, ..Allowed::default() };
    let clauses = clauses::parse(&mut Cursor::new(cursor.rest()), allowed)?;
    source.format = clauses.format;
    source.options = clauses.options.unwrap_or_default();
    Ok(Node::CreateSource(Box::new(source)))
}

fn source_item(cursor: &mut Cursor, source: &mut CreateSource) -> Result<()> {
    let first = cursor.index();
    let next_is_word = |word: &str| cursor.tokens.get(first + 1).is_some_and(|token| is_word(token, word));
    if cursor.peek_word("watermark") && next_is_word("for") {
        let item = watermark(cursor)?;
        if source.watermark.is_some() {
            return Err(Diagnostic::new(DUPLICATE_CLAUSE, "WATERMARK FOR is given twice").at(item.span));
        }
        source.watermark = Some(item);
        return Ok(());
    }
    if cursor.peek_word("primary") && next_is_word("key") {
        return primary_key(cursor, source);
    }
    if cursor.rest().first().is_some_and(|token| token.token == Token::Mul) {
        let refusal = Diagnostic::new(UNSUPPORTED_FEATURE, "inferred columns (*) are not supported").at(cursor.place());
        return Err(refusal.hint("list the columns with their types"));
    }
    let column = column(cursor)?;
    if source.columns.iter().any(|other| other.name.text == column.name.text) {
        return Err(Diagnostic::new(DUPLICATE_COLUMN, format!("column {} is defined twice", column.name.text)).at(column.name.span));
    }
    source.columns.push(column);
    Ok(())
}

fn watermark(cursor: &mut Cursor) -> Result<WatermarkItem> {
    let first = cursor.index();
    cursor.expect_word("watermark")?;
    cursor.expect_word("for")?;
    let column = cursor.name()?;
    let expression = if cursor.take_word("as") { Some(cursor.parse(|parser| parser.parse_expr())?) } else { None };
    Ok(WatermarkItem { column, expression, span: cursor.span_from(first) })
}

fn primary_key(cursor: &mut Cursor, source: &mut CreateSource) -> Result<()> {
    let first = cursor.index();
    cursor.take_words(&["primary", "key"]);
    cursor.expect(Token::LParen)?;
    let mut names = vec![];
    loop {
        names.push(cursor.name()?);
        if !cursor.take(Token::Comma) {
            break;
        }
    }
    cursor.expect(Token::RParen)?;
    let enforced = !cursor.take_words(&["not", "enforced"]);
    let span = cursor.span_from(first);
    if enforced {
        return Err(enforced_key(span));
    }
    if !source.primary_key.is_empty() {
        return Err(Diagnostic::new(DUPLICATE_CLAUSE, "PRIMARY KEY is given twice").at(span));
    }
    source.primary_key = names;
    Ok(())
}

fn enforced_key(span: Option<Span>) -> Diagnostic {
    Diagnostic::new(UNSUPPORTED_FEATURE, "a PRIMARY KEY that a source would have to enforce is not supported")
        .at(span)
        .hint("add NOT ENFORCED where the input is known to have unique keys")
}

fn column(cursor: &mut Cursor) -> Result<ColumnItem> {
    let first = cursor.index();
    let name = cursor.word()?;
    let type_first = cursor.index();
    crate::types::refuse_map(cursor.tokens, type_first)?;
    let data_type = cursor.parse(|parser| parser.parse_data_type())?;
    let type_span = cursor.span_from(type_first);
    let mut column = ColumnItem { name, data_type, type_span, not_null: false, default: None, computed: None, span: None };
    let mut is_nullable = false;
    loop {
        let option_first = cursor.index();
        let repeated = if cursor.take_word("as") {
            column.computed.replace(cursor.parse(|parser| parser.parse_expr())?).map(|_| "AS")
        } else {
            match cursor.parse(|parser| parser.parse_optional_column_option())? {
                None => break,
                Some(ColumnOption::NotNull) => std::mem::replace(&mut column.not_null, true).then_some("NOT NULL"),
                Some(ColumnOption::Null) => std::mem::replace(&mut is_nullable, true).then_some("NULL"),
                Some(ColumnOption::Default(value)) => column.default.replace(value).map(|_| "DEFAULT"),
                Some(option) => return Err(refused_option(&option, cursor.span_from(option_first))),
            }
        };
        let span = cursor.span_from(option_first);
        if let Some(clause) = repeated {
            return Err(Diagnostic::new(DUPLICATE_CLAUSE, format!("{clause} is given twice")).at(span));
        }
        if column.not_null && is_nullable {
            let message = format!("syntax error: column {} is both NULL and NOT NULL", column.name.text);
            return Err(Diagnostic::new(SYNTAX_ERROR, message).at(span));
        }
        if column.default.is_some() && column.computed.is_some() {
            let refusal = Diagnostic::new(UNSUPPORTED_FEATURE, "a DEFAULT of a computed column is not supported").at(span);
            return Err(refusal.hint("leave one of them out: a computed column has a value in every row"));
        }
    }
    column.span = cursor.span_from(first);
    Ok(column)
}

fn refused_option(option: &ColumnOption, span: Option<Span>) -> Diagnostic {
    if let ColumnOption::PrimaryKey(_) = option {
        return enforced_key(span).hint("write PRIMARY KEY (..) NOT ENFORCED after the columns");
    }
    let message = format!("column option {option} is not supported");
    Diagnostic::new(UNSUPPORTED_FEATURE, message).at(span).hint("a column takes NOT NULL, DEFAULT and AS")
}
