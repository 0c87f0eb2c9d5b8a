//! What happens to a query's syntax tree between parsing and planning: literals checked, window columns resolved, output
//! columns named, places attached. The tree, never the text.

use std::ops::ControlFlow;

use sqlparser::ast::{
    BinaryOperator, DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, ObjectName, Query, Select, SelectItem, Spanned,
    TableFactor, TableFunctionArgs, TypedString, UnaryOperator, Value, ValueWithSpan, VisitMut, VisitorMut,
};
use sqlparser::tokenizer::TokenWithSpan;

use crate::diagnostic::{Diagnostic, NESTED_AGGREGATE, AGGREGATE_IN_WHERE, Result};
use crate::functions::arithmetic::BIT_NOT;
use crate::functions::located::{Role, function_name};
use crate::places::Places;
use crate::registry::registry;
use crate::span::Span;
use crate::{group_windows, literals, names, syntax};

/// A wrapped expression: for finding the place of an error that comes without one.
#[derive(Clone, Debug)]
pub struct Site {
    pub span: Span,
    /// a function's name in lower case, else empty
    pub name: String,
    /// how many queries it stands in
    pub depth: usize,
    pub in_where: bool,
}

/// The places of everything that was wrapped, inner expressions first.
#[derive(Default)]
pub struct Prepared {
    pub sites: Vec<Site>,
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
    let mut preparer = Preparer { places: Places(tokens), prepared: Prepared::default(), depth: 0, wheres: vec![] };
    match node.visit(&mut preparer) {
        ControlFlow::Break(diagnostic) => Err(diagnostic),
        ControlFlow::Continue(()) => Ok(preparer.prepared),
    }
}

struct Preparer<'a> {
    places: Places<'a>,
    prepared: Prepared,
    depth: usize,
    wheres: Vec<Span>,
}

fn flow(result: Result<()>) -> ControlFlow<Diagnostic> {
    match result {
        Ok(()) => ControlFlow::Continue(()),
        Err(diagnostic) => ControlFlow::Break(diagnostic),
    }
}

impl VisitorMut for Preparer<'_> {
    type Break = Diagnostic;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<Diagnostic> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Diagnostic> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &mut Select) -> ControlFlow<Diagnostic> {
        flow(self.select(select))
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
        flow(self.literal(expression))
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
            Expr::Function(function) if is_aggregate(&function.name) => match nested_aggregate(expression) {
                Some(inner) => Err(Diagnostic::new(NESTED_AGGREGATE, "an aggregate function inside another one").at(self.places.of(&inner)).hint(
                    "aggregate in a subquery in FROM and once more outside",
                )),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Wraps the expression with its place.
    fn locate(&mut self, expression: &mut Expr) {
        if !worth_a_place(expression) {
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
            if let FunctionArguments::List(list) = &mut function.args {
                self.locate_aggregate(list.args.first_mut(), span);
            }
            return;
        }
        let in_where = self.wheres.iter().any(|place| place.start <= span.start && span.end <= place.end);
        self.prepared.sites.push(Site { span, name, depth: self.depth, in_where });
        let inner = std::mem::replace(expression, Expr::Value(Value::Null.into()));
        *expression = syntax::call(&function_name(span, Role::Expression), vec![inner]);
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
        _ => true,
    }
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

/// Where a name stands as an identifier in the query, for errors that come without a place.
pub fn identifier_place(query: &Query, name: &str) -> Option<Span> {
    use sqlparser::ast::{Visit, Visitor};
    struct Finder<'n>(&'n str);
    impl Visitor for Finder<'_> {
        type Break = Option<Span>;
        fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<Option<Span>> {
            let ident = match expression {
                Expr::Identifier(ident) => Some(ident),
                Expr::CompoundIdentifier(parts) => parts.last(),
                _ => None,
            };
            match ident {
                Some(ident) if crate::cursor::fold(ident) == self.0 => ControlFlow::Break(Span::of(expression.span())),
                _ => ControlFlow::Continue(()),
            }
        }
    }
    match query.visit(&mut Finder(name)) {
        ControlFlow::Break(place) => place,
        ControlFlow::Continue(()) => None,
    }
}
