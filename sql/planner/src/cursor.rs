//! Small steps on sqlparser's Parser for our own statements, with errors that have a place.

use sqlparser::ast::Ident;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Token, TokenWithSpan};

use crate::diagnostic::{Diagnostic, QUERY_TOO_COMPLEX, Result, SYNTAX_ERROR};
use crate::dialect::MillraceDialect;
use crate::span::Span;
use crate::tokens::{is_word, token_at};

/// A name as the catalog knows it (folded to lower case unless quoted) and its place.
#[derive(Clone, Debug)]
pub struct Name {
    pub text: String,
    pub span: Option<Span>,
}

pub fn fold(ident: &Ident) -> String {
    if ident.quote_style.is_some() { ident.value.clone() } else { ident.value.to_lowercase() }
}

/// One statement's tokens under the parser. The token index of the parser is an index into `tokens`.
pub struct Cursor<'a> {
    pub parser: Parser<'a>,
    pub tokens: &'a [TokenWithSpan],
}

const DIALECT: &MillraceDialect = &MillraceDialect;

impl<'a> Cursor<'a> {
    pub fn new(tokens: &'a [TokenWithSpan]) -> Cursor<'a> {
        let parser = Parser::new(DIALECT)
            .with_tokens_with_locations(tokens.to_vec())
            .with_recursion_limit(crate::limits::NESTING_MAX * 2 + crate::limits::PREFIXES_IN_A_ROW_MAX);
        Cursor { parser, tokens }
    }

    pub fn index(&self) -> usize {
        self.parser.index().min(self.tokens.len())
    }

    pub fn rest(&self) -> &'a [TokenWithSpan] {
        &self.tokens[self.index()..]
    }

    pub fn at_end(&self) -> bool {
        self.rest().is_empty()
    }

    /// The place of the next token, or of the last one at the end.
    pub fn place(&self) -> Option<Span> {
        let token = self.tokens.get(self.index()).or(self.tokens.last())?;
        Span::of(token.span)
    }

    /// From the token with index `first` to the last one consumed.
    pub fn span_from(&self, first: usize) -> Option<Span> {
        Span::of_tokens(&self.tokens[first..self.index().max(first)])
    }

    pub fn peek_word(&self, word: &str) -> bool {
        self.rest().first().is_some_and(|token| is_word(token, word))
    }

    pub fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek_word(word);
        if found {
            self.parser.next_token();
        }
        found
    }

    pub fn take_words(&mut self, words: &[&str]) -> bool {
        let found = crate::tokens::words_at(self.tokens, self.index(), words);
        if found {
            words.iter().for_each(|_| drop(self.parser.next_token()));
        }
        found
    }

    pub fn expect_word(&mut self, word: &str) -> Result<()> {
        if self.take_word(word) { Ok(()) } else { Err(self.expected(&word.to_uppercase())) }
    }

    pub fn take(&mut self, token: Token) -> bool {
        self.parser.consume_token(&token)
    }

    pub fn expect(&mut self, token: Token) -> Result<()> {
        if self.take(token.clone()) { Ok(()) } else { Err(self.expected(&token.to_string())) }
    }

    pub fn expected(&self, what: &str) -> Diagnostic {
        let found = self.rest().first().map_or("the end of the statement".to_string(), |token| token.to_string());
        Diagnostic::new(SYNTAX_ERROR, format!("syntax error: expected {what}, found {found}")).at(self.place())
    }

    pub fn expect_end(&self) -> Result<()> {
        if self.at_end() { Ok(()) } else { Err(self.expected("the end of the statement")) }
    }

    /// One identifier. sqlparser would take text in single quotes, too.
    pub fn word(&mut self) -> Result<Name> {
        if matches!(self.rest().first(), Some(token) if matches!(token.token, Token::SingleQuotedString(_))) {
            return Err(self.expected("a name"));
        }
        let ident = self.parse(|parser| parser.parse_identifier())?;
        Ok(Name { text: fold(&ident), span: Span::of(ident.span) })
    }

    /// An object's name: one identifier without a qualifier.
    pub fn name(&mut self) -> Result<Name> {
        let name = self.word()?;
        if self.rest().first().is_some_and(|token| token.token == Token::Period) {
            return Err(crate::refuse::qualified_name(self.place()));
        }
        Ok(name)
    }

    pub fn parse<T>(&mut self, parse: impl FnOnce(&mut Parser<'a>) -> std::result::Result<T, ParserError>) -> Result<T> {
        parse(&mut self.parser).map_err(|error| self.syntax_error(error))
    }

    /// sqlparser says the place only at the end of its message; none when it ran out of tokens.
    fn syntax_error(&self, error: ParserError) -> Diagnostic {
        let message = match error {
            ParserError::ParserError(message) | ParserError::TokenizerError(message) => message,
            ParserError::RecursionLimitExceeded => {
                return Diagnostic::new(QUERY_TOO_COMPLEX, "the statement is nested too deeply").at(self.place());
            }
        };
        let (text, place) = match message.rfind(" at Line: ") {
            Some(at) => (&message[..at], place_in(&message[at + 10..])),
            None => (message.as_str(), None),
        };
        let span = place.and_then(|(line, column)| token_at(self.tokens, line, column));
        let end = self.tokens.last().and_then(|token| Span::of(token.span));
        let text = text.replace("found: EOF", "found: the end of the statement");
        let text = text.strip_prefix("Expected: ").or(text.strip_prefix("Expected ")).map_or(text.clone(), |rest| format!("expected {rest}")).replace(", found: ", ", found ");
        Diagnostic::new(SYNTAX_ERROR, format!("syntax error: {text}")).at(span.or(end))
    }
}

fn place_in(text: &str) -> Option<(u64, u64)> {
    let (line, column) = text.split_once(", Column: ")?;
    Some((line.trim().parse().ok()?, column.trim().parse().ok()?))
}
