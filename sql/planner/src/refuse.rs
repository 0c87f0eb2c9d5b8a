//! Everything that parses but that we do not run: refused by name, with its place and the way out, before the planner
//! (which would drop some of it in silence) sees it. One list, meant to shrink.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause, FunctionArguments, GroupByExpr, Insert, Query,
    Select, SelectItem, SetExpr, SetOperator, SetQuantifier, Spanned, TableFactor, UnaryOperator, Value, Visit, Visitor,
};
use sqlparser::tokenizer::TokenWithSpan;

use crate::cursor::Cursor;
use crate::nested_values;
use crate::diagnostic::{Diagnostic, Result, SYNTAX_ERROR, UNSUPPORTED_FEATURE, WINDOW_FUNCTION_MISPLACED};
use crate::places::Places;
use crate::span::Span;
use crate::tokens::{WINDOW_FUNCTIONS, is_word};

/// Every refusal says a way out.
fn unsupported(feature: &str, span: Option<Span>, hint: &str) -> Diagnostic {
    Diagnostic::new(UNSUPPORTED_FEATURE, format!("{feature} is not supported")).at(span).hint(hint)
}

const OPERATOR_HINT: &str = "use + - * / % ^ & | # << >> || ~ LIKE and comparisons, or a function";

/// Statements that sqlparser knows and we do not run.
pub fn statement(tokens: &[TokenWithSpan]) -> Option<Diagnostic> {
    const REFUSED: [(&str, &str); 30] = [
        ("update", "rows of sources and streams never change"),
        ("delete", "rows of sources and streams never change"),
        ("merge", "keep the newest row of a key with a view: LAST_VALUE(..) .. GROUP BY the key"),
        ("alter", "DROP the object and CREATE it anew, or use CREATE OR REPLACE"),
        ("truncate", "DROP the object and CREATE it anew"),
        ("subscribe", "use a SELECT, or subscribe through the API"),
        ("checkpoint", "state lives in memory in this version: a restarted program reads its sources again"),
        ("restore", "state lives in memory in this version: a restarted program reads its sources again"),
        ("begin", "every statement stands for itself"),
        ("commit", "every statement stands for itself"),
        ("rollback", "every statement stands for itself"),
        ("start", "every statement stands for itself"),
        ("copy", "use a source or a sink with connector = 'file'"),
        ("grant", "whoever can run a program can read all of its objects"),
        ("revoke", "whoever can run a program can read all of its objects"),
        ("analyze", "use EXPLAIN ANALYZE and a statement"),
        ("vacuum", "state is freed as it is given up"),
        ("prepare", "send the statement itself: compiled statements are kept"),
        ("execute", "send the statement itself"),
        ("deallocate", "send the statement itself"),
        ("declare", "read the rows of a SELECT as they come"),
        ("fetch", "read the rows of a SELECT as they come"),
        ("close", "read the rows of a SELECT as they come"),
        ("call", "there are no procedures: use SELECT"),
        ("use", "all objects share one space of names"),
        ("comment", "write the comment into the program: -- .."),
        ("lock", "statements run one after the other"),
        ("pragma", "use SET"),
        ("attach", "read files with CREATE SOURCE and connector = 'file'"),
        ("table", "use SELECT * FROM the table"),
    ];
    let (word, hint) = REFUSED.iter().find(|(word, _)| is_word(&tokens[0], word))?;
    Some(unsupported(&word.to_uppercase(), Span::of(tokens[0].span), hint))
}

/// After CREATE [OR REPLACE], what is not SOURCE, STREAM, MATERIALIZED VIEW or SINK.
pub fn create(cursor: &Cursor) -> Diagnostic {
    const REFUSED: [(&str, &str); 8] = [
        ("table", "use CREATE SOURCE for input, CREATE MATERIALIZED VIEW for stored results"),
        ("lookup", "put the table into the stream before it comes here, or join outside"),
        ("function", "compute in SQL, or push rows that carry the value"),
        ("view", "use CREATE STREAM (not stored) or CREATE MATERIALIZED VIEW (stored)"),
        ("index", "state is indexed by what the queries need"),
        ("schema", "all objects share one space of names"),
        ("temporary", "every object lives as long as the engine unless it is dropped"),
        ("type", "use the built-in types; fields of nested values are not read"),
    ];
    match REFUSED.iter().find(|(word, _)| cursor.peek_word(word)) {
        Some((word, hint)) => unsupported(&format!("CREATE {}", word.to_uppercase()), cursor.place(), hint),
        None => cursor.expected("SOURCE, STREAM, MATERIALIZED VIEW or SINK after CREATE"),
    }
}

pub fn qualified_name(span: Option<Span>) -> Diagnostic {
    unsupported("a qualified object name", span, "all objects share one space of names: leave the qualifier out")
}

pub fn insert(insert: &Insert, span: Option<Span>) -> Result<()> {
    let refused = [
        (insert.on.is_some(), "ON CONFLICT"),
        (insert.returning.is_some(), "RETURNING"),
        (insert.output.is_some(), "OUTPUT"),
        (insert.or.is_some() || insert.ignore || insert.overwrite || insert.replace_into, "this form of INSERT"),
        (insert.partitioned.is_some() || insert.has_table_keyword || !insert.assignments.is_empty(), "this form of INSERT"),
        (insert.table_alias.is_some() || insert.insert_alias.is_some(), "an alias of the target"),
        (insert.settings.is_some() || insert.format_clause.is_some() || insert.priority.is_some(), "this form of INSERT"),
        (insert.source.is_none(), "INSERT without VALUES or SELECT"),
    ];
    match refused.iter().find(|(found, _)| *found) {
        Some((_, feature)) => Err(unsupported(feature, span, "INSERT INTO name [(columns)] VALUES (..) or SELECT ..")),
        None if nested_values::found(insert) => Err(unsupported(
            "VALUES inside of a query that is inserted",
            span,
            "insert the VALUES themselves, or make them a stream and SELECT from that",
        )),
        None => Ok(()),
    }
}

pub fn query(query: &Query, tokens: &[TokenWithSpan]) -> Result<()> {
    crate::reads::check_size(query).map_err(|error| error.at(Span::of_tokens(tokens)))?;
    run(query, tokens)
}

pub fn expression(expression: &Expr, tokens: &[TokenWithSpan]) -> Result<()> {
    run(expression, tokens)
}

fn run(node: &impl Visit, tokens: &[TokenWithSpan]) -> Result<()> {
    let mut refuser = Refuser { places: Places(tokens), window_input: None, found: vec![] };
    match node.visit(&mut refuser) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Diagnostic::all(refuser.found).map_or(Ok(()), Err),
    }
}

struct Refuser<'a> {
    places: Places<'a>,
    /// the subquery that stands for the table in `FROM TUMBLE((SELECT ..), ..)`
    window_input: Option<*const Expr>,
    found: Vec<Diagnostic>,
}

impl Refuser<'_> {
    /// Notes the error and goes on, but not into what has been refused as a whole.
    fn note(&mut self, result: Result<()>) -> ControlFlow<Diagnostic> {
        if let Err(diagnostic) = result {
            let inside = |outer: &Diagnostic| matches!((outer.span, diagnostic.span), (Some(outer), Some(inner)) if outer.holds(inner));
            if !self.found.iter().any(inside) {
                self.found.push(diagnostic);
            }
        }
        ControlFlow::Continue(())
    }
}

impl Visitor for Refuser<'_> {
    type Break = Diagnostic;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Diagnostic> {
        let result = self.query(query);
        self.note(result)
    }
    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Diagnostic> {
        let result = self.select(select);
        self.note(result)
    }
    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<Diagnostic> {
        self.window_input = window_input(factor);
        let result = self.table_factor(factor);
        self.note(result)
    }
    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<Diagnostic> {
        if let Err(diagnostic) = crate::deadline::check() {
            return ControlFlow::Break(diagnostic);
        }
        if self.window_input.is_some_and(|input| std::ptr::eq(input, expression)) {
            return ControlFlow::Continue(());
        }
        let result = self.expression(expression);
        self.note(result)
    }
}

fn window_input(factor: &TableFactor) -> Option<*const Expr> {
    let arguments = match factor {
        TableFactor::Table { args: Some(args), .. } => &args.args,
        TableFactor::TableFunction { expr: Expr::Function(function), .. } => match &function.args {
            FunctionArguments::List(list) => &list.args,
            _ => return None,
        },
        _ => return None,
    };
    match arguments.first() {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(input @ Expr::Subquery(_)))) => Some(input),
        _ => None,
    }
}

impl Refuser<'_> {
    fn query(&self, query: &Query) -> Result<()> {
        let recursive = query.with.as_ref().is_some_and(|with| with.recursive);
        let with_place = query.with.as_ref().and_then(|with| Span::of(with.with_token.0.span));
        let by_word = |word: &str| self.word_within(query, word);
        let refused = [
            (recursive, "WITH RECURSIVE", with_place, "leave RECURSIVE out and unfold the steps as WITH queries"),
            (query.order_by.is_some(), "ORDER BY", by_word("order"), "results come in the order of arrival"),
            (query.limit_clause.is_some(), "LIMIT or OFFSET", by_word("limit").or(by_word("offset")), "use --limit on the command line"),
            (query.fetch.is_some(), "FETCH FIRST", by_word("fetch"), "use --limit on the command line"),
            (!query.locks.is_empty(), "FOR UPDATE or FOR SHARE", by_word("for"), "leave it out: a query never locks"),
            (query.for_clause.is_some(), "FOR XML, JSON or BROWSE", by_word("for"), "choose the output on the command line or with the FORMAT of a sink"),
            (query.settings.is_some(), "SETTINGS", by_word("settings"), "use SET"),
            (query.format_clause.is_some(), "FORMAT inside a query", by_word("format"), "FORMAT belongs to CREATE SINK"),
            (!query.pipe_operators.is_empty(), "the pipe operator |>", Span::of(query.span()), "write the steps as subqueries in FROM or WITH"),
        ];
        first_refused(&refused)?;
        self.body(&query.body)
    }

    fn body(&self, body: &SetExpr) -> Result<()> {
        match body {
            SetExpr::Select(_) | SetExpr::Values(_) | SetExpr::Query(_) => Ok(()),
            SetExpr::SetOperation { op: SetOperator::Union, set_quantifier, left, right } => {
                if !matches!(set_quantifier, SetQuantifier::All | SetQuantifier::None | SetQuantifier::Distinct) {
                    return Err(unsupported("UNION BY NAME", Span::of(body.span()), "UNION ALL matches columns by position"));
                }
                self.body(left)?;
                self.body(right)
            }
            SetExpr::SetOperation { op, .. } => {
                Err(unsupported(&op.to_string(), self.word_in(Span::of(body.span()), &op.to_string()), "UNION ALL is supported"))
            }
            other => Err(unsupported("this form of query", Span::of(other.span()), "use SELECT .. FROM")),
        }
    }

    /// A word (not in parentheses deeper than it must be) inside the node's text and after it.
    fn word_within(&self, query: &Query, word: &str) -> Option<Span> {
        let from = Span::of(query.span())?;
        let mut depth = 0i32;
        for token in self.places.0.iter().filter(|token| Span::of(token.span).is_some_and(|span| span.start >= from.start)) {
            match token.token {
                sqlparser::tokenizer::Token::LParen => depth += 1,
                sqlparser::tokenizer::Token::RParen => depth -= 1,
                _ if depth <= 0 && is_word(token, word) => return Span::of(token.span),
                _ => {}
            }
        }
        self.word_in(Some(from), word).or(Some(from))
    }

    fn word_in(&self, span: Option<Span>, word: &str) -> Option<Span> {
        let within = span?;
        let inside = |token: &&TokenWithSpan| Span::of(token.span).is_some_and(|span| span.start >= within.start);
        self.places.0.iter().filter(inside).find(|token| is_word(token, word)).and_then(|token| Span::of(token.span)).or(span)
    }

    fn select(&self, select: &Select) -> Result<()> {
        let whole = Span::of(select.span());
        let at = |word: &str| self.word_in(whole, word);
        let place = |expression: &Option<Expr>| expression.as_ref().and_then(|expression| self.places.of(expression));
        let distinct_on = matches!(&select.distinct, Some(sqlparser::ast::Distinct::On(_)));
        let refused = [
            (distinct_on, "DISTINCT ON", at("distinct"), "group by the key and use FIRST_VALUE"),
            (select.top.is_some(), "TOP", at("top"), "use --limit on the command line"),
            (select.exclude.is_some(), "EXCLUDE", whole, "list the columns"),
            (select.into.is_some(), "SELECT INTO", at("into"), "use CREATE STREAM or CREATE MATERIALIZED VIEW"),
            (!select.lateral_views.is_empty(), "LATERAL VIEW", at("lateral"), "each query reads one source, stream or view"),
            (select.prewhere.is_some(), "PREWHERE", place(&select.prewhere), "use WHERE"),
            (!select.connect_by.is_empty(), "CONNECT BY", at("connect"), "unfold the steps as WITH queries"),
            (!select.cluster_by.is_empty(), "CLUSTER BY", at("cluster"), "leave it out: results come in the order of arrival"),
            (!select.distribute_by.is_empty(), "DISTRIBUTE BY", at("distribute"), "leave it out: results come in the order of arrival"),
            (!select.sort_by.is_empty(), "SORT BY", at("sort"), "leave it out: results come in the order of arrival"),
            (!select.named_window.is_empty(), "WINDOW", at("window"), "use GROUP BY with TUMBLE"),
            (select.qualify.is_some(), "QUALIFY", place(&select.qualify), "filter groups with HAVING, or rows of a subquery in FROM with WHERE"),
            (select.value_table_mode.is_some(), "SELECT AS VALUE", whole, "list the columns"),
            (!select.optimizer_hints.is_empty(), "an optimizer hint", whole, "leave it out"),
            (select.select_modifiers.is_some(), "a SELECT modifier", whole, "leave it out"),
        ];
        first_refused(&refused)?;
        self.from(select)?;
        self.group_by(select, at("group"))?;
        for item in &select.projection {
            self.select_item(item)?;
        }
        for (clause, expression) in [("WHERE", &select.selection), ("HAVING", &select.having)] {
            if let Some(expression) = expression {
                self.no_window_function(expression, clause)?;
            }
        }
        Ok(())
    }

    fn from(&self, select: &Select) -> Result<()> {
        const HINT: &str = "each query reads one source, stream or view";
        if let Some(second) = select.from.get(1) {
            return Err(unsupported("a join", Span::of(second.relation.span()), HINT));
        }
        match select.from.first().and_then(|from| from.joins.first()) {
            Some(join) => Err(unsupported("a join", Span::of(join.relation.span()).or(Span::of(join.span())), HINT)),
            None => Ok(()),
        }
    }

    fn group_by(&self, select: &Select, place: Option<Span>) -> Result<()> {
        match &select.group_by {
            GroupByExpr::All(_) => Err(unsupported("GROUP BY ALL", place, "list the keys")),
            GroupByExpr::Expressions(_, modifiers) if !modifiers.is_empty() => Err(unsupported("WITH ROLLUP, CUBE or TOTALS", place, "use UNION ALL of several GROUP BY")),
            GroupByExpr::Expressions(keys, _) => {
                for key in keys {
                    self.no_window_function(key, "GROUP BY")?;
                    if matches!(key, Expr::GroupingSets(_) | Expr::Cube(_) | Expr::Rollup(_)) {
                        return Err(unsupported("GROUPING SETS, CUBE or ROLLUP", place, "use UNION ALL of several GROUP BY"));
                    }
                    if matches!(key, Expr::Tuple(items) if items.is_empty()) {
                        return Err(unsupported("GROUP BY ()", place, "leave GROUP BY out"));
                    }
                }
                Ok(())
            }
        }
    }

    fn select_item(&self, item: &SelectItem) -> Result<()> {
        let (options, span) = match item {
            SelectItem::Wildcard(options) => (options, Span::of(options.wildcard_token.0.span)),
            SelectItem::QualifiedWildcard(_, options) => (options, Span::of(options.wildcard_token.0.span)),
            SelectItem::ExprWithAliases { .. } => return Err(unsupported("several aliases of one column", Span::of(item.span()), "name each column with AS")),
            SelectItem::ExprWithAlias { expr, alias } if alias.quote_style == Some('\'') => {
                return Err(unsupported("a name in single quotes", self.places.of(expr), "write names in double quotes"));
            }
            SelectItem::UnnamedExpr(_) | SelectItem::ExprWithAlias { .. } => return Ok(()),
        };
        let changed = options.opt_ilike.is_some()
            || options.opt_exclude.is_some()
            || options.opt_except.is_some()
            || options.opt_replace.is_some()
            || options.opt_rename.is_some()
            || options.opt_alias.is_some();
        if changed { Err(unsupported("* with EXCEPT, EXCLUDE, REPLACE or RENAME", span, "list the columns")) } else { Ok(()) }
    }

    fn no_window_function(&self, expression: &Expr, clause: &str) -> Result<()> {
        struct Finder<'a>(&'a Places<'a>, &'a str);
        impl Visitor for Finder<'_> {
            type Break = Diagnostic;
            fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<Diagnostic> {
                match expression {
                    Expr::Function(function) if function.over.is_some() => ControlFlow::Break(
                        Diagnostic::new(WINDOW_FUNCTION_MISPLACED, format!("window functions are not allowed in {}", self.1))
                            .at(self.0.of(expression))
                            .hint("compute it in a subquery in FROM and filter outside"),
                    ),
                    _ => ControlFlow::Continue(()),
                }
            }
        }
        match expression.visit(&mut Finder(&self.places, clause)) {
            ControlFlow::Break(diagnostic) => Err(diagnostic),
            ControlFlow::Continue(()) => Ok(()),
        }
    }

    fn table_factor(&self, factor: &TableFactor) -> Result<()> {
        let span = Span::of(factor.span());
        match factor {
            TableFactor::Table { name, alias, args, with_hints, version, with_ordinality, partitions, json_path, sample, index_hints } => {
                let refused = [
                    (name.0.len() > 1, "a qualified object name", span, "all objects share one space of names: leave the qualifier out"),
                    (!with_hints.is_empty() || !index_hints.is_empty(), "a table hint", span, "leave it out"),
                    (version.is_some(), "FOR SYSTEM_TIME AS OF", span, "leave it out: the query reads the rows as they are"),
                    (*with_ordinality, "WITH ORDINALITY", span, "leave it out"),
                    (!partitions.is_empty(), "PARTITION in FROM", span, "filter with WHERE"),
                    (json_path.is_some(), "a path in FROM", span, "declare the field as a column of the source"),
                    (sample.is_some(), "TABLESAMPLE", span, "filter with WHERE"),
                    (alias.as_ref().is_some_and(|alias| alias.at.is_some()), "AT in FROM", span, "leave it out"),
                ];
                first_refused(&refused)?;
                match args {
                    Some(args) if args.settings.is_some() => Err(unsupported("SETTINGS", span, "use SET")),
                    Some(_) => self.table_function(&name.to_string(), span),
                    None => Ok(()),
                }
            }
            TableFactor::Derived { lateral: true, .. } => Err(unsupported("LATERAL", span, "each query reads one source, stream or view")),
            TableFactor::Derived { sample: Some(_), .. } => Err(unsupported("TABLESAMPLE", span, "filter with WHERE")),
            TableFactor::Derived { .. } => Ok(()),
            TableFactor::TableFunction { expr: Expr::Function(function), .. } => self.table_function(&function.name.to_string(), span),
            TableFactor::NestedJoin { table_with_joins, .. } if table_with_joins.joins.is_empty() => Ok(()),
            TableFactor::NestedJoin { .. } => Err(unsupported("a join", span, "each query reads one source, stream or view")),
            TableFactor::UNNEST { .. } => Err(unsupported("UNNEST", span, "let the producer write one row for each element")),
            TableFactor::MatchRecognize { .. } => Err(unsupported("MATCH_RECOGNIZE", span, "count the steps of the pattern with aggregates and FILTER in a TUMBLE window")),
            TableFactor::Pivot { .. } | TableFactor::Unpivot { .. } => Err(unsupported("PIVOT", span, "use aggregates with FILTER")),
            _ => Err(unsupported("this form of FROM", span, "FROM takes names, subqueries and TUMBLE(..)")),
        }
    }

    fn table_function(&self, name: &str, span: Option<Span>) -> Result<()> {
        let name = name.to_lowercase();
        if name == "tumble" {
            return Ok(());
        }
        if WINDOW_FUNCTIONS.contains(&name.as_str()) {
            return Err(unsupported(&name.to_uppercase(), span, "TUMBLE is supported"));
        }
        Err(unsupported(&format!("table function {name}"), span, "FROM takes names, subqueries and TUMBLE(..)"))
    }

    fn expression(&self, expression: &Expr) -> Result<()> {
        let place = || self.places.of(expression).or(Span::of(expression.span()));
        let refuse = |feature: &str, hint: &str| Err(unsupported(feature, place(), hint));
        match expression {
            Expr::InSubquery { .. } | Expr::Exists { .. } | Expr::Subquery(_) => {
                refuse("a subquery outside FROM", "put it into FROM, or into a stream of its own")
            }
            Expr::CompoundFieldAccess { .. } | Expr::JsonAccess { .. } => refuse("access to a field or an element", "declare the field as a column of the source"),
            Expr::Array(_) | Expr::Struct { .. } | Expr::Map(_) | Expr::Dictionary(_) | Expr::Named { .. } => refuse("a nested value", "keep the values in columns of their own"),
            Expr::Tuple(_) => refuse("a row of several values", "compare the values one by one"),
            Expr::InUnnest { .. } | Expr::AnyOp { .. } | Expr::AllOp { .. } | Expr::MemberOf(_) => refuse("ANY, ALL or UNNEST", "use IN (..)"),
            Expr::AtTimeZone { time_zone, .. } if !crate::functions::zone::is_utc(time_zone) => {
                refuse("AT TIME ZONE with a zone other than 'UTC'", "timestamps with a zone are kept in UTC: add the offset as an INTERVAL")
            }
            Expr::Collate { .. } => refuse("COLLATE", "text is compared by bytes"),
            Expr::RLike { .. } => refuse("RLIKE", "use ~ or REGEXP_LIKE"),
            Expr::Like { any: true, .. } | Expr::ILike { any: true, .. } => refuse("LIKE ANY", "use OR"),
            Expr::IsNormalized { .. } => refuse("IS NORMALIZED", "text is compared by bytes: let the producer normalise it"),
            Expr::Convert { .. } => refuse("CONVERT", "use CAST"),
            Expr::Cast { format: Some(_), .. } => refuse("CAST with FORMAT", "use TO_CHAR or TO_TIMESTAMP"),
            Expr::Cast { array: true, .. } => refuse("CAST to an array", "keep the values in columns of their own"),
            Expr::Lambda(_) => refuse("a lambda", "functions take values: see SHOW FUNCTIONS"),
            Expr::MatchAgainst { .. } | Expr::OuterJoin(_) | Expr::Prior(_) | Expr::Prefixed { .. } => refuse("this expression", "see the operators in docs/language/functions.md"),
            Expr::Value(value) => match &value.value {
                Value::Placeholder(_) => refuse("a parameter", "write the value"),
                Value::NationalStringLiteral(_) | Value::SingleQuotedByteStringLiteral(_) => refuse("this kind of literal", "use '..'"),
                _ => Ok(()),
            },
            Expr::Interval(interval) => self.interval(expression, interval),
            Expr::BinaryOp { op, .. } if !crate::operators::binary_supported(op) => refuse(&format!("operator {op}"), OPERATOR_HINT),
            Expr::UnaryOp { op, .. } if !matches!(op, UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Not | UnaryOperator::BitwiseNot) => {
                refuse(&format!("operator {op}"), OPERATOR_HINT)
            }
            Expr::Function(function) => self.function(expression, function),
            _ => Ok(()),
        }
    }

    fn interval(&self, expression: &Expr, interval: &sqlparser::ast::Interval) -> Result<()> {
        let span = self.places.of(expression).or(Span::of(expression.span()));
        if interval.leading_precision.is_some() || interval.last_field.is_some() || interval.fractional_seconds_precision.is_some() {
            return Err(unsupported("INTERVAL with a range of fields", span, "write INTERVAL '1 day 2 hours'"));
        }
        let literal = |value: &Expr| matches!(value, Expr::Value(_));
        let signed = matches!(&*interval.value, Expr::UnaryOp { expr, .. } if literal(expr));
        if literal(&interval.value) || signed {
            return Ok(());
        }
        Err(unsupported("INTERVAL of an expression", span, "multiply: x * INTERVAL '1' SECOND"))
    }

    fn function(&self, expression: &Expr, function: &Function) -> Result<()> {
        let span = self.places.of(expression).or(Span::of(expression.span()));
        let name = function.name.to_string().to_lowercase();
        if name == "grouping" {
            return Err(unsupported("GROUPING", span, "use UNION ALL of several GROUP BY"));
        }
        if WINDOW_FUNCTIONS[1..].contains(&name.as_str()) {
            return Err(unsupported(&name.to_uppercase(), span, "TUMBLE is supported"));
        }
        let refused = [
            (function.name.0.len() > 1, "a qualified function name", span, "leave the qualifier out"),
            (function.over.is_some(), "a window function (OVER)", span, "use GROUP BY with TUMBLE"),
            (!function.within_group.is_empty(), "WITHIN GROUP", span, "see the aggregates in docs/language/functions.md"),
            (function.uses_odbc_syntax, "{fn ..}", span, "write the call without the braces"),
            (!matches!(function.parameters, FunctionArguments::None), "a function with parameters", span, "give the arguments in one list"),
            (matches!(function.args, FunctionArguments::Subquery(_)), "a subquery outside FROM", span, "put it into FROM"),
        ];
        first_refused(&refused)?;
        let FunctionArguments::List(list) = &function.args else { return Ok(()) };
        let star = matches!(list.args.as_slice(), [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)]);
        if star && (list.duplicate_treatment.is_some() || name != "count") {
            return Err(Diagnostic::new(SYNTAX_ERROR, "syntax error: only COUNT(*) takes a star, without DISTINCT").at(span));
        }
        for argument in &list.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(_) | FunctionArgExpr::Wildcard) => {}
                FunctionArg::Unnamed(_) => return Err(unsupported("this argument", span, "only COUNT takes a star")),
                FunctionArg::Named { .. } | FunctionArg::ExprNamed { .. } => {
                    return Err(unsupported("a named argument", span, "give the arguments by position"));
                }
            }
        }
        for clause in &list.clauses {
            if !matches!(clause, FunctionArgumentClause::OrderBy(_) | FunctionArgumentClause::IgnoreOrRespectNulls(_)) {
                return Err(unsupported(&format!("{clause} in a call"), span, "leave it out"));
            }
        }
        Ok(())
    }
}

fn first_refused(refused: &[(bool, &str, Option<Span>, &str)]) -> Result<()> {
    match refused.iter().find(|(found, ..)| *found) {
        Some((_, feature, span, hint)) => Err(unsupported(feature, *span, hint)),
        None => Ok(()),
    }
}
