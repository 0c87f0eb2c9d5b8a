//! From text to one token vector per statement. Tokens keep their places; text is never cut or joined.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::{Location, Span as TokenSpan, Token, TokenWithSpan, Tokenizer};

use crate::diagnostic::{Diagnostic, Result, SYNTAX_ERROR, UNSUPPORTED_FEATURE};
use crate::dialect::MillraceDialect;
use crate::span::Span;

/// The statements' tokens without white space, comments and semicolons, and the error that ended the text early.
pub fn split(sql: &str) -> (Vec<Vec<TokenWithSpan>>, Option<Diagnostic>) {
    let mut tokens = vec![];
    let failure = Tokenizer::new(&MillraceDialect, sql).tokenize_with_location_into_buf(&mut tokens).err();
    let mut statements = vec![vec![]];
    for mut token in tokens {
        token.token = plain_string(token.token);
        match token.token {
            Token::Whitespace(_) | Token::EOF => {}
            Token::SemiColon => statements.push(vec![]),
            _ => statements.last_mut().expect("never empty").push(token),
        }
    }
    if failure.is_some() {
        // what stands before the broken token is no statement: one error is enough
        statements.pop();
    }
    statements.retain(|statement| !statement.is_empty());
    let diagnostic = failure.map(|error| {
        let Location { line, column } = error.location;
        let start = (line.max(1) as u32, column.max(1) as u32);
        Diagnostic::new(SYNTAX_ERROR, format!("syntax error: {}", error.message.to_lowercase())).at(Span { start, end: (start.0, start.1 + 1) })
    });
    (statements, diagnostic)
}

/// Refuses tokens that the parser would take for something else than what they mean: `0b11` and `'a' 'b'` for a value and its name,
/// `0x1F` for bytes, `""` for a name.
pub fn check(tokens: &[TokenWithSpan]) -> Result<()> {
    for (index, token) in tokens.iter().enumerate() {
        let next = tokens.get(index + 1);
        if let Some(error) = misread(token, next) {
            return Err(error.at(Span::of_tokens(&tokens[index..=index + 1])));
        }
        match &token.token {
            Token::Word(word) if word.quote_style.is_some() && word.value.is_empty() => {
                return Err(Diagnostic::new(SYNTAX_ERROR, "syntax error: a name in quotes is empty").at(Span::of(token.span)));
            }
            Token::HexStringLiteral(digits) if is_number(token, digits) => return Err(number_in_base().at(Span::of(token.span))),
            _ => {}
        }
    }
    Ok(())
}

/// What is wrong with a token beside the next one.
fn misread(token: &TokenWithSpan, next: Option<&TokenWithSpan>) -> Option<Diagnostic> {
    let next = next?;
    let is_adjacent = next.span.start == token.span.end;
    match (&token.token, &next.token) {
        (Token::Number(digits, _), Token::Word(word)) if is_adjacent && word.quote_style.is_none() => {
            if digits == "0" && word.value.starts_with(['b', 'B', 'o', 'O', 'X']) {
                return Some(number_in_base());
            }
            Some(Diagnostic::new(SYNTAX_ERROR, "syntax error: a number runs into a word").hint("put a space between them"))
        }
        (Token::Word(_), Token::SingleQuotedString(_)) if is_adjacent && is_word(token, "b") => {
            Some(Diagnostic::new(UNSUPPORTED_FEATURE, "a bit string is not supported").hint("write a number, or bytes as X'00ff'"))
        }
        (Token::SingleQuotedString(_), Token::SingleQuotedString(_)) => {
            Some(Diagnostic::new(UNSUPPORTED_FEATURE, "text in several pieces is not supported").hint("put them together with ||"))
        }
        _ => None,
    }
}

/// `0x1f` is a token like `X'1f'`, which is a character longer.
fn is_number(token: &TokenWithSpan, digits: &str) -> bool {
    let (start, end) = (token.span.start, token.span.end);
    start.line == end.line && end.column - start.column == digits.chars().count() as u64 + 2
}

fn number_in_base() -> Diagnostic {
    let refusal = Diagnostic::new(UNSUPPORTED_FEATURE, "a hexadecimal, octal or binary number is not supported");
    refusal.hint("write it in decimal digits; bytes are X'00ff'")
}

/// `E'..'`, `U&'..'` and `$$..$$` are strings by another spelling; the parser takes them in some dialects only.
fn plain_string(token: Token) -> Token {
    match token {
        Token::EscapedStringLiteral(text) | Token::UnicodeStringLiteral(text) => Token::SingleQuotedString(text),
        Token::DollarQuotedString(text) => Token::SingleQuotedString(text.value),
        other => other,
    }
}

/// An unquoted word, in any case.
pub fn is_word(token: &TokenWithSpan, word: &str) -> bool {
    matches!(&token.token, Token::Word(found) if found.quote_style.is_none() && found.value.eq_ignore_ascii_case(word))
}

pub fn words_at(tokens: &[TokenWithSpan], index: usize, words: &[&str]) -> bool {
    words.iter().enumerate().all(|(i, word)| tokens.get(index + i).is_some_and(|token| is_word(token, word)))
}

/// `TABLE(TUMBLE(TABLE t, ..))`: the inner TABLE says nothing and sqlparser does not read it as an argument.
pub fn drop_table_words(tokens: Vec<TokenWithSpan>) -> Vec<TokenWithSpan> {
    let mut kept: Vec<TokenWithSpan> = Vec::with_capacity(tokens.len());
    for token in tokens {
        let after_call = kept.len() >= 2
            && kept[kept.len() - 1].token == Token::LParen
            && WINDOW_FUNCTIONS.iter().any(|name| is_word(&kept[kept.len() - 2], name));
        if !(after_call && is_word(&token, "table")) {
            kept.push(token);
        }
    }
    kept
}

pub const WINDOW_FUNCTIONS: [&str; 5] = ["tumble", "hop", "slide", "session", "cumulate"];

/// Where a query ends and its trailing clauses (EMIT, ALLOW, LATE, FORMAT, WITH) begin: they stand at parenthesis
/// depth 0 after something that can end a query. sqlparser would read EMIT as an alias and swallow FORMAT.
pub fn query_length(tokens: &[TokenWithSpan]) -> usize {
    let mut depth = 0i32;
    for (index, token) in tokens.iter().enumerate() {
        match token.token {
            Token::LParen => depth += 1,
            Token::RParen => depth -= 1,
            _ if depth == 0 && index > 0 && starts_clause(tokens, index) && ends_query(&tokens[index - 1]) => return index,
            _ => {}
        }
    }
    tokens.len()
}

fn starts_clause(tokens: &[TokenWithSpan], index: usize) -> bool {
    let next_is_word = || tokens.get(index + 1).is_some_and(|next| matches!(next.token, Token::Word(_)));
    let next_is = |token: Token| tokens.get(index + 1).is_some_and(|next| next.token == token);
    (is_word(&tokens[index], "emit") && next_is_word())
        || words_at(tokens, index, &["allow", "lateness"])
        || words_at(tokens, index, &["late", "data"])
        || (is_word(&tokens[index], "format") && next_is_word())
        || (is_word(&tokens[index], "with") && next_is(Token::LParen))
}

fn ends_query(token: &TokenWithSpan) -> bool {
    match &token.token {
        Token::Word(word) => !matches!(
            word.keyword,
            Keyword::SELECT
                | Keyword::DISTINCT
                | Keyword::ALL
                | Keyword::AS
                | Keyword::FROM
                | Keyword::WHERE
                | Keyword::HAVING
                | Keyword::BY
                | Keyword::ON
                | Keyword::AND
                | Keyword::OR
                | Keyword::NOT
                | Keyword::CASE
                | Keyword::WHEN
                | Keyword::THEN
                | Keyword::ELSE
                | Keyword::LIKE
                | Keyword::ILIKE
                | Keyword::BETWEEN
                | Keyword::IN
                | Keyword::IS
                | Keyword::UNION
                | Keyword::JOIN
        ),
        Token::RParen | Token::Number(..) | Token::Mul => true,
        Token::SingleQuotedString(_) => true,
        _ => false,
    }
}

/// The token at a place that a parser message names.
pub fn token_at(tokens: &[TokenWithSpan], line: u64, column: u64) -> Option<Span> {
    let place = Location { line, column };
    let at = tokens.iter().find(|token| token.span.start <= place && place < token.span.end);
    at.and_then(|token| Span::of(token.span)).or_else(|| Span::of(TokenSpan::new(place, Location { line, column: column + 1 })))
}
