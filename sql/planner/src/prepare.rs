//! What happens to a query's syntax tree between parsing and planning: literals checked, window columns resolved, output
//! columns named, places attached. The tree, never the text.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, CaseWhen, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Ident, ObjectName, Query, Select, SelectItem,
    TableFactor, TableFunctionArgs, TypedString, UnaryOperator, Value, ValueWithSpan, VisitMut, VisitorMut,
};
use sqlparser::tokenizer::TokenWithSpan;

use crate::diagnostic::{
    AGGREGATE_IN_WHERE, Diagnostic, NESTED_AGGREGATE, NUMERIC_OVERFLOW, Result, UNKNOWN_COLUMN, UNSUPPORTED_FEATURE,
};
use crate::functions::arithmetic::BIT_NOT;
use crate::functions::zone::AT_UTC;
use crate::functions::located::{Role, function_name, wrapped};
use crate::places::Places;
use crate::registry::registry;
use crate::span::Span;
use crate::{group_windows, literals, names, syntax, types};

/// A wrapped expression: for finding the place of an error that comes without one.
#[derive(Clone, Debug)]
pub struct Site {
    pub span: Span,
    /// a function's name in lower case, else empty
    pub name: String,
    /// how many queries it stands in
    pub depth: usize,
    pub in_where: bool,
    pub aggregate: bool,
}

/// The places of everything that was wrapped, inner expressions first.
#[derive(Default)]
pub struct Prepared {
    pub sites: Vec<Site>,
    /// places of WHERE and HAVING conditions
    pub predicates: Vec<Span>,
    pub count_star: Option<Span>,
    /// first mention of each table
    pub tables: Vec<(String, Span)>,
}

pub fn query(query: &mut Query, tokens: &[TokenWithSpan]) -> Result<Prepared> {
    run(query, tokens)
}

pub fn expression(expression: &mut Expr, tokens: &[TokenWithSpan]) -> Result<Prepared> {
    run(expression, tokens)
}

fn run(node: &mut impl VisitMut, tokens: &[TokenWithSpan]) -> Result<Prepared> {
    let mut preparer = Preparer { places: Places(tokens), prepared: Prepared::default(), depth: 0, wheres: vec![], found: vec![], filters: vec![] };
    match node.visit(&mut preparer) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => match Diagnostic::all(preparer.found) {
            Some(diagnostic) => Err(diagnostic),
            None => Ok(preparer.prepared),
        },
    }
}

struct Preparer<'a> {
    places: Places<'a>,
    prepared: Prepared,
    depth: usize,
    wheres: Vec<Span>,
    found: Vec<Diagnostic>,
    /// FILTER conditions without and with their places
    filters: Vec<(Box<Expr>, Box<Expr>)>,
}

fn flow(result: Result<()>) -> ControlFlow<Diagnostic> {
    match result {
        Ok(()) => ControlFlow::Continue(()),
        Err(diagnostic) => ControlFlow::Break(diagnostic),
    }
}

impl VisitorMut for Preparer<'_> {
    type Break = Diagnostic;

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Diagnostic> {
        self.found.extend(crate::widths::check_sets(query).err());
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Diagnostic> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Diagnostic> {
        let result = self.select(select);
        self.found.extend(result.err());
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<Diagnostic> {
        if let TableFactor::TableFunction { expr: Expr::Function(function), alias } = factor
            && let FunctionArguments::List(list) = &function.args
        {
            let args = TableFunctionArgs { args: list.args.clone(), settings: None };
            let mut table = syntax::table(function.name.clone());
            if let TableFactor::Table { args: table_args, alias: table_alias, .. } = &mut table {
                *table_args = Some(args);
                *table_alias = alias.take();
            }
            *factor = table;
        }
        if let TableFactor::Table { name, args, .. } = factor {
            self.mention(name, args);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Diagnostic> {
        flow(crate::deadline::check())?;
        let result = self.literal(expression);
        self.found.extend(result.err());
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<Diagnostic> {
        self.locate(expression);
        ControlFlow::Continue(())
    }
}

impl Preparer<'_> {
    fn mention(&mut self, name: &ObjectName, args: &Option<TableFunctionArgs>) {
        let ident = match args {
            None => name.0.first().and_then(|part| part.as_ident()),
            Some(args) => match args.args.first() {
                Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Identifier(ident)))) => Some(ident),
                _ => None,
            },
        };
        if let Some(ident) = ident
            && let Some(span) = Span::of(ident.span)
        {
            self.prepared.tables.push((crate::cursor::fold(ident), span));
        }
    }

    fn select(&mut self, select: &mut Select) -> Result<()> {
        let places = &self.places;
        if let Some(selection) = &select.selection {
            if let Some(call) = aggregate_in(selection) {
                let error = Diagnostic::new(AGGREGATE_IN_WHERE, "aggregate functions are not allowed in WHERE").at(places.of(&call));
                return Err(error.hint("filter groups with HAVING, or rows of one aggregate with FILTER (WHERE ..)"));
            }
            self.wheres.extend(places.of(selection));
        }
        self.prepared.predicates.extend(select.selection.iter().chain(&select.having).filter_map(|condition| places.of(condition)));
        check_positions(select, places)?;
        let names = names::output_names(select)?;
        group_windows::resolve(select, places)?;
        for (item, name) in select.projection.iter_mut().zip(names) {
            if let (SelectItem::UnnamedExpr(expression), Some(name)) = (&item, name) {
                let plain = matches!(expression, Expr::Identifier(ident) if crate::cursor::fold(ident) == name);
                if !plain {
                    *item = SelectItem::ExprWithAlias { expr: expression.clone(), alias: Ident::with_quote('"', name) };
                }
            }
        }
        Ok(())
    }

    /// Literals whose meaning DataFusion would change, and operators that it lacks.
    fn literal(&mut self, expression: &mut Expr) -> Result<()> {
        match expression {
            Expr::Value(ValueWithSpan { value: Value::Number(text, _), span }) if text.contains(['e', 'E']) => {
                let value = ValueWithSpan { value: Value::SingleQuotedString(text.replace('_', "")), span: *span };
                let data_type = DataType::DoublePrecision;
                *expression = Expr::TypedString(TypedString { data_type, value, uses_odbc_syntax: false });
                Ok(())
            }
            Expr::TypedString(typed) => {
                let data_type = crate::types::from_sql(&typed.data_type).map_err(|error| error.at(Span::of(typed.value.span)))?;
                let text = typed.value.clone().into_string().unwrap_or_default();
                literals::check(&text, &data_type).map_err(|error| error.at(Span::of(typed.value.span)))
            }
            Expr::Case { operand: None, conditions, .. } => self.no_number(conditions),
            Expr::AtTimeZone { .. } => {
                self.at_utc(expression);
                Ok(())
            }
            Expr::Cast { data_type, .. } if types::length_of(data_type).is_some_and(|length| (1..=LENGTH_MAX).contains(&length)) => {
                cut(expression);
                Ok(())
            }
            Expr::Cast { data_type, .. } => match crate::types::from_sql(data_type) {
                Ok(_) => Ok(()),
                Err(error) => Err(error.at(self.places.of(expression))),
            },
            Expr::UnaryOp { op: UnaryOperator::BitwiseNot, expr } => {
                let operand = std::mem::replace(&mut **expr, Expr::Value(Value::Null.into()));
                *expression = syntax::call(BIT_NOT, vec![operand]);
                Ok(())
            }
            Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("mod") => {
                if let Some((left, right)) = two_arguments(function) {
                    let (left, right) = (nested(left), nested(right));
                    *expression = Expr::BinaryOp { left, op: BinaryOperator::Modulo, right };
                }
                Ok(())
            }
            Expr::Value(ValueWithSpan { value: Value::Number(text, _), span }) if text.bytes().filter(u8::is_ascii_digit).count() > DIGITS_MAX => {
                let error = Diagnostic::new(NUMERIC_OVERFLOW, format!("a number has {DIGITS_MAX} digits at most"));
                Err(error.at(Span::of(*span)).hint("write it with an exponent for a DOUBLE"))
            }
            Expr::Like { escape_char: Some(escape), .. } | Expr::ILike { escape_char: Some(escape), .. } => one_escape(escape),
            Expr::SimilarTo { escape_char: Some(escape), .. } => one_escape(escape),
            Expr::Interval(interval) => match literals::interval_error(interval) {
                Some(error) => Err(error.at(self.places.of(expression))),
                None => Ok(()),
            },
            Expr::Function(function) if is_aggregate(&function.name) && !in_slice(&function.name) => {
                let hint = format!("the aggregates are {}", SLICE_AGGREGATES.join(", "));
                let message = format!("aggregate {} is not supported", function.name.to_string().to_lowercase());
                Err(Diagnostic::new(UNSUPPORTED_FEATURE, message).at(self.places.of(expression)).hint(hint))
            }
            Expr::Function(function) if is_aggregate(&function.name) => match nested_aggregate(expression) {
                Some(inner) => Err(Diagnostic::new(NESTED_AGGREGATE, "an aggregate function inside another one").at(self.places.of(&inner)).hint(
                    "aggregate in a subquery in FROM and once more outside",
                )),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Of WHEN; the planner would cast it.
    fn no_number(&self, conditions: &[CaseWhen]) -> Result<()> {
        let is_number = |when: &&CaseWhen| matches!(&when.condition, Expr::Value(ValueWithSpan { value: Value::Number(..), .. }));
        let Some(when) = conditions.iter().find(is_number) else { return Ok(()) };
        let mismatch = Diagnostic::new(crate::diagnostic::TYPE_MISMATCH, "a condition must be BOOLEAN, not a number");
        Err(mismatch.at(self.places.of(&when.condition)).hint("write TRUE or FALSE, or compare it: WHEN x <> 0"))
    }

    /// A call in its place, which has to be found while the tokens' expression is still there.
    fn at_utc(&mut self, expression: &mut Expr) {
        let span = self.places.of(expression);
        let Expr::AtTimeZone { timestamp, .. } = expression else { return };
        let timestamp = std::mem::replace(&mut **timestamp, Expr::Value(Value::Null.into()));
        let call = syntax::call(AT_UTC, vec![timestamp]);
        *expression = match span {
            Some(span) => {
                self.prepared.sites.push(Site { span, name: String::new(), depth: self.depth, in_where: false, aggregate: false });
                syntax::call(&function_name(span, Role::Expression), vec![call])
            }
            None => call,
        };
    }

    /// Wraps the expression with its place.
    fn locate(&mut self, expression: &mut Expr) {
        if !worth_a_place(expression) || row_length(expression) > PLACED_ROW_MAX {
            return;
        }
        let Some(span) = self.places.of(expression) else { return };
        let name = match &*expression {
            Expr::Function(function) => function.name.to_string().to_lowercase(),
            _ => String::new(),
        };
        if let Expr::Function(function) = expression
            && is_aggregate(&function.name)
        {
            self.prepared.sites.push(Site { span, name, depth: self.depth, in_where: false, aggregate: true });
            self.unify_filter(function);
            if let FunctionArguments::List(list) = &mut function.args {
                self.locate_aggregate(list.args.first_mut(), span);
            }
            return;
        }
        let in_where = self.wheres.iter().any(|place| place.start <= span.start && span.end <= place.end);
        self.prepared.sites.push(Site { span, name, depth: self.depth, in_where, aggregate: false });
        let inner = std::mem::replace(expression, Expr::Value(Value::Null.into()));
        *expression = syntax::call(&function_name(span, Role::Expression), vec![inner]);
    }

    /// DataFusion names an aggregate by its FILTER as it is displayed, places and all, and equal aggregates must have equal names: so equal
    /// filters have the places of the first of them.
    fn unify_filter(&mut self, function: &mut Function) {
        let Some(filter) = &mut function.filter else { return };
        let mut plain = filter.clone();
        let _ = plain.visit(&mut Stripper);
        match self.filters.iter().find(|(known, _)| *known == plain) {
            Some((_, placed)) => filter.clone_from(placed),
            None => self.filters.push((plain, filter.clone())),
        }
    }

    fn locate_aggregate(&mut self, argument: Option<&mut FunctionArg>, span: Span) {
        match argument {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))) if !matches!(argument, Expr::Value(_)) => {
                let inner = std::mem::replace(argument, Expr::Value(Value::Null.into()));
                *argument = syntax::call(&function_name(span, Role::Aggregate), vec![inner]);
            }
            _ => self.prepared.count_star = self.prepared.count_star.or(Some(span)),
        }
    }
}

/// `CAST(x AS VARCHAR(n))` is its first n characters.
fn cut(expression: &mut Expr) {
    let Expr::Cast { data_type, .. } = expression else { return };
    let length = types::length_of(data_type).unwrap_or_default();
    *data_type = DataType::Varchar(None);
    let cast = std::mem::replace(expression, Expr::Value(Value::Null.into()));
    *expression = syntax::call("left", vec![cast, Expr::Value(Value::Number(length.to_string(), false).into())]);
}

/// ESCAPE takes one character, or none.
fn one_escape(escape: &mut ValueWithSpan) -> Result<()> {
    let Value::SingleQuotedString(text) = &escape.value else { return Ok(()) };
    match text.chars().count() {
        0 => escape.value = Value::SingleQuotedString(NO_ESCAPE.to_string()),
        1 => {}
        _ => {
            let error = Diagnostic::new(crate::diagnostic::WRONG_ARGUMENTS, "ESCAPE takes one character, or '' for none");
            return Err(error.at(Span::of(escape.span)).hint("LIKE 'a!%' ESCAPE '!'"));
        }
    }
    Ok(())
}

/// Takes the wrappers off.
struct Stripper;

impl VisitorMut for Stripper {
    type Break = ();

    fn post_visit_expr(&mut self, expression: &mut Expr) -> ControlFlow<()> {
        if let Some(inner) = wrapped(expression) {
            *expression = inner.clone();
        }
        ControlFlow::Continue(())
    }
}

/// In a row of operators (`a + b + ..`) only the first this many have places of their own: the planner's time grows with
/// the cube of the number of wrappers around each other.
const PLACED_ROW_MAX: usize = 32;

/// How many operators stand in a row to the left of and including this one.
fn row_length(mut expression: &Expr) -> usize {
    let mut length = 0;
    loop {
        expression = match wrapped(expression).unwrap_or(expression) {
            Expr::BinaryOp { left, .. } => {
                length += 1;
                left
            }
            _ => return length,
        }
    }
}

fn two_arguments(function: &Function) -> Option<(Expr, Expr)> {
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Expr(left)), FunctionArg::Unnamed(FunctionArgExpr::Expr(right))] => {
            Some((left.clone(), right.clone()))
        }
        _ => None,
    }
}

fn nested(expression: Expr) -> Box<Expr> {
    Box::new(Expr::Nested(Box::new(expression)))
}

fn worth_a_place(expression: &Expr) -> bool {
    match expression {
        Expr::BinaryOp { op: BinaryOperator::And | BinaryOperator::Or, .. } => false,
        Expr::UnaryOp { op: UnaryOperator::Not, .. } => false,
        Expr::UnaryOp { expr, .. } => !matches!(**expr, Expr::Value(_) | Expr::Interval(_)),
        Expr::Function(function) => !function.name.to_string().eq_ignore_ascii_case("descriptor"),
        Expr::Value(_) | Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::TypedString(_) | Expr::Interval(_) | Expr::Nested(_) => false,
        Expr::Subquery(_) | Expr::Wildcard(_) | Expr::QualifiedWildcard(..) => false,
        // never fails by itself; and the planner asks a CASE for its type twice per function around it
        Expr::Case { .. } => false,
        _ => true,
    }
}

/// What stands for `ESCAPE ''` while the planner, which knows single characters only, has the expression.
pub const NO_ESCAPE: char = '\u{1}';

const DIGITS_MAX: usize = 38;

/// Of VARCHAR(n), as in PostgreSQL.
const LENGTH_MAX: u64 = 10_485_760;

/// Aggregates that have an incremental form of ours, by canonical name.
pub const SLICE_AGGREGATES: [&str; 13] = [
    "count", "sum", "avg", "min", "max", "bool_and", "bool_or", "stddev", "stddev_pop", "var", "var_pop", "first_value", "last_value",
];

fn in_slice(name: &ObjectName) -> bool {
    let found = registry().aggregates.get(&name.to_string().to_lowercase());
    found.is_some_and(|function| SLICE_AGGREGATES.contains(&function.name()))
}

/// `GROUP BY 3` names a column of the select list.
fn check_positions(select: &Select, places: &Places) -> Result<()> {
    let GroupByExpr::Expressions(keys, _) = &select.group_by else { return Ok(()) };
    let wildcard = select.projection.iter().any(|item| matches!(item, SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)));
    for key in keys {
        let Expr::Value(ValueWithSpan { value: Value::Number(text, _), .. }) = key else { continue };
        let fits = text.parse::<usize>().is_ok_and(|position| position > 0 && (wildcard || position <= select.projection.len()));
        if !fits {
            let error = Diagnostic::new(UNKNOWN_COLUMN, format!("GROUP BY position {text} is not in the select list"));
            return Err(error.at(places.of(key)));
        }
    }
    Ok(())
}

pub fn is_aggregate(name: &ObjectName) -> bool {
    let name = name.to_string().to_lowercase();
    registry().aggregates.contains_key(&name) && !registry().scalars.contains_key(&name)
}

fn aggregate_in(expression: &Expr) -> Option<Expr> {
    find(expression, &|expression| matches!(expression, Expr::Function(function) if is_aggregate(&function.name)))
}

fn nested_aggregate(call: &Expr) -> Option<Expr> {
    let Expr::Function(function) = call else { return None };
    let FunctionArguments::List(list) = &function.args else { return None };
    list.args.iter().find_map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => aggregate_in(argument),
        _ => None,
    })
}

/// The first expression inside (or the expression itself) with a property.
fn find(expression: &Expr, property: &dyn Fn(&Expr) -> bool) -> Option<Expr> {
    use sqlparser::ast::{Visit, Visitor};
    struct Finder<'p>(&'p dyn Fn(&Expr) -> bool);
    impl Visitor for Finder<'_> {
        type Break = Expr;
        fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<Expr> {
            if (self.0)(expression) { ControlFlow::Break(expression.clone()) } else { ControlFlow::Continue(()) }
        }
    }
    match expression.visit(&mut Finder(property)) {
        ControlFlow::Break(found) => Some(found),
        ControlFlow::Continue(()) => None,
    }
}
