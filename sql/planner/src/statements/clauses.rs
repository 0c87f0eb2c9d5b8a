//! The clauses after a query or a column list: EMIT, ALLOW LATENESS, LATE DATA TO, FORMAT and WITH, in any order, each once.

use sqlparser::ast::Expr;
use sqlparser::tokenizer::Token;

use crate::cursor::{Cursor, fold};
use crate::diagnostic::{DUPLICATE_CLAUSE, Diagnostic, Result, UNSUPPORTED_FEATURE};
use crate::span::Span;

/// Key and value as the user spelled them, without quotes.
#[derive(Clone, Debug)]
pub struct SqlOption {
    pub key: String,
    pub value: String,
    pub span: Option<Span>,
    pub value_span: Option<Span>,
}

#[derive(Clone, Debug)]
pub struct FormatClause {
    pub name: String,
    pub options: Vec<SqlOption>,
    pub span: Option<Span>,
}

#[derive(Clone, Debug, Default)]
pub enum Emit {
    #[default]
    Default,
    OnWindowClose(Option<Span>),
    Changes(Option<Span>),
}

#[derive(Clone, Debug)]
pub struct Lateness {
    pub interval: Expr,
    pub span: Option<Span>,
}

#[derive(Clone, Debug, Default)]
pub struct Clauses {
    pub emit: Emit,
    pub lateness: Option<Lateness>,
    pub format: Option<FormatClause>,
    pub options: Option<Vec<SqlOption>>,
}

/// Which clauses the statement takes; the others are refused by name.
#[derive(Clone, Copy, Default)]
pub struct Allowed {
    pub emit: bool,
    pub lateness: bool,
    pub format: bool,
    pub with: bool,
}

pub fn parse(cursor: &mut Cursor, allowed: Allowed) -> Result<Clauses> {
    let mut clauses = Clauses::default();
    let mut seen: Vec<&str> = vec![];
    while !cursor.at_end() {
        let first = cursor.index();
        let (clause, taken) = if cursor.take_word("emit") {
            ("EMIT", allowed.emit)
        } else if cursor.take_words(&["allow", "lateness"]) {
            ("ALLOW LATENESS", allowed.lateness)
        } else if cursor.take_words(&["late", "data"]) {
            let clause = Diagnostic::new(UNSUPPORTED_FEATURE, "LATE DATA TO is not supported").at(cursor.span_from(first));
            return Err(clause.hint("late rows are dropped and counted"));
        } else if cursor.take_word("format") {
            ("FORMAT", allowed.format)
        } else if cursor.take_word("with") {
            ("WITH", allowed.with)
        } else {
            return Err(cursor.expected("a clause or the end of the statement"));
        };
        if !taken {
            let message = format!("{clause} is not supported in this statement");
            return Err(Diagnostic::new(UNSUPPORTED_FEATURE, message).at(cursor.span_from(first)).hint("see the statement in docs/language/statements.md"));
        }
        if seen.contains(&clause) {
            return Err(Diagnostic::new(DUPLICATE_CLAUSE, format!("{clause} is given twice")).at(cursor.span_from(first)));
        }
        seen.push(clause);
        match clause {
            "EMIT" => clauses.emit = emit(cursor, first)?,
            "ALLOW LATENESS" => clauses.lateness = Some(lateness(cursor, first)?),
            "FORMAT" => clauses.format = Some(format(cursor, first)?),
            _ => clauses.options = Some(options(cursor)?),
        }
    }
    Ok(clauses)
}

fn emit(cursor: &mut Cursor, first: usize) -> Result<Emit> {
    if cursor.take_words(&["on", "window", "close"]) || cursor.take_words(&["after", "watermark"]) {
        return Ok(Emit::OnWindowClose(cursor.span_from(first)));
    }
    if cursor.take_word("changes") {
        return Ok(Emit::Changes(cursor.span_from(first)));
    }
    for form in [&["on", "update"][..], &["every"], &["final"]] {
        if cursor.take_words(form) {
            let name = form.join(" ").to_uppercase();
            let refusal = Diagnostic::new(UNSUPPORTED_FEATURE, format!("EMIT {name} is not supported")).at(cursor.span_from(first));
            return Err(refusal.hint("use EMIT CHANGES or EMIT ON WINDOW CLOSE"));
        }
    }
    Err(cursor.expected("ON WINDOW CLOSE or CHANGES after EMIT"))
}

fn lateness(cursor: &mut Cursor, first: usize) -> Result<Lateness> {
    let interval = cursor.parse(|parser| parser.parse_expr())?;
    Ok(Lateness { interval, span: cursor.span_from(first) })
}

fn format(cursor: &mut Cursor, first: usize) -> Result<FormatClause> {
    let name = cursor.parse(|parser| parser.parse_identifier())?;
    let with_options = cursor.rest().first().is_some_and(|token| token.token == Token::LParen);
    let options = if with_options { options(cursor)? } else { vec![] };
    Ok(FormatClause { name: name.value.to_lowercase(), options, span: cursor.span_from(first) })
}

/// `( key = value, .. )`
pub fn options(cursor: &mut Cursor) -> Result<Vec<SqlOption>> {
    let mut options: Vec<SqlOption> = vec![];
    cursor.expect(Token::LParen)?;
    while !cursor.take(Token::RParen) {
        let option = option(cursor)?;
        if options.iter().any(|other| other.key == option.key) {
            return Err(Diagnostic::new(DUPLICATE_CLAUSE, format!("option {} is given twice", option.key)).at(option.span));
        }
        options.push(option);
        if !cursor.take(Token::Comma) {
            cursor.expect(Token::RParen)?;
            break;
        }
    }
    Ok(options)
}

/// `key = value`: a key is a word, a dotted path or a string; a value a string, a number, a word.
pub fn option(cursor: &mut Cursor) -> Result<SqlOption> {
    let first = cursor.index();
    let mut key = key_part(cursor)?;
    while cursor.take(Token::Period) {
        key = format!("{key}.{}", key_part(cursor)?);
    }
    let span = cursor.span_from(first);
    if !cursor.take_word("to") {
        cursor.expect(Token::Eq)?;
    }
    let first = cursor.index();
    let value = value(cursor)?;
    Ok(SqlOption { key, value, span, value_span: cursor.span_from(first) })
}

fn key_part(cursor: &mut Cursor) -> Result<String> {
    match cursor.rest().first().map(|token| token.token.clone()) {
        Some(Token::SingleQuotedString(text)) => {
            cursor.parser.next_token();
            Ok(text)
        }
        Some(Token::Word(_)) => Ok(fold(&cursor.parse(|parser| parser.parse_identifier())?)),
        _ => Err(cursor.expected("an option's name")),
    }
}

fn value(cursor: &mut Cursor) -> Result<String> {
    let sign = if cursor.take(Token::Minus) { "-" } else { "" };
    let text = match cursor.rest().first().map(|token| token.token.clone()) {
        Some(Token::Number(text, _)) => format!("{sign}{text}"),
        Some(Token::SingleQuotedString(text)) if sign.is_empty() => text,
        Some(Token::Word(word)) if sign.is_empty() && word.quote_style.is_none() => word.value,
        _ => return Err(cursor.expected("an option's value: a string, a number or a word")),
    };
    cursor.parser.next_token();
    Ok(text)
}
