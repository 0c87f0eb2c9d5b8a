//! Window table functions: `FROM TUMBLE(t, ts, size [, offset])` and `TABLE(TUMBLE(TABLE t, DESCRIPTOR(ts), size))`.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use arrow::datatypes::{DataType, Field};
use datafusion_common::{DFSchema, DFSchemaRef, Result};
use datafusion_expr::planner::{PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning};
use datafusion_expr::{Expr, ExprSchemable, Extension, LogicalPlan, UserDefinedLogicalNodeCore};
use sqlparser::ast::{self, FunctionArg, FunctionArgExpr, FunctionArguments, Spanned, TableFactor};

use crate::diagnostic::{DUPLICATE_COLUMN, Diagnostic, WRONG_ARGUMENTS};
use crate::functions::windows::check_types;
use crate::span::Span;

pub const WINDOW_COLUMNS: [&str; 3] = ["window_start", "window_end", "window_time"];

/// Output: the input's columns, then `WINDOW_COLUMNS`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WindowTable {
    pub input: LogicalPlan,
    pub time: Expr,
    /// size, then the optional offset
    pub bounds: Vec<Expr>,
    pub span: Option<Span>,
    schema: DFSchemaRef,
}

impl PartialOrd for WindowTable {
    fn partial_cmp(&self, _: &Self) -> Option<std::cmp::Ordering> {
        None
    }
}

impl WindowTable {
    fn new(input: LogicalPlan, mut expressions: Vec<Expr>, span: Option<Span>) -> Result<WindowTable> {
        let types = expressions.iter().map(|expression| expression.get_type(input.schema())).collect::<Result<Vec<DataType>>>()?;
        check_types(&types).map_err(|error| error.or_at(span))?;
        let nullable = expressions[0].nullable(input.schema())?;
        let bounds = expressions.split_off(1);
        let time = expressions.remove(0);
        let mut fields: Vec<_> = input.schema().iter().map(|(qualifier, field)| (qualifier.cloned(), Arc::clone(field))).collect();
        if let Some((_, field)) = fields.iter().find(|(_, field)| WINDOW_COLUMNS.contains(&field.name().as_str())) {
            let message = format!("TUMBLE adds column {}, which its input has already", field.name());
            return Err(Diagnostic::new(DUPLICATE_COLUMN, message).at(span).hint("rename it in a subquery").into());
        }
        let qualifier = fields.first().and_then(|(qualifier, _)| qualifier.clone());
        for name in WINDOW_COLUMNS {
            fields.push((qualifier.clone(), Arc::new(Field::new(name, types[0].clone(), nullable))));
        }
        let schema = Arc::new(DFSchema::new_with_metadata(fields, Default::default())?);
        Ok(WindowTable { input, time, bounds, span, schema })
    }
}

impl UserDefinedLogicalNodeCore for WindowTable {
    fn name(&self) -> &str {
        "WindowTable"
    }
    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }
    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }
    fn expressions(&self) -> Vec<Expr> {
        std::iter::once(&self.time).chain(&self.bounds).cloned().collect()
    }
    fn fmt_for_explain(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "WindowTable: {}", self.time)
    }
    fn with_exprs_and_inputs(&self, expressions: Vec<Expr>, mut inputs: Vec<LogicalPlan>) -> Result<Self> {
        WindowTable::new(inputs.remove(0), expressions, self.span)
    }
    fn necessary_children_exprs(&self, output: &[usize]) -> Option<Vec<Vec<usize>>> {
        let schema = self.input.schema();
        let mut needed: Vec<usize> = output.iter().copied().filter(|&index| index < schema.fields().len()).collect();
        needed.extend(self.time.column_refs().into_iter().filter_map(|column| schema.maybe_index_of_column(column)));
        needed.sort_unstable();
        needed.dedup();
        Some(vec![needed])
    }
    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        WINDOW_COLUMNS.into_iter().map(String::from).collect()
    }
}

#[derive(Debug)]
pub struct WindowTables;

impl RelationPlanner for WindowTables {
    fn plan_relation(&self, relation: TableFactor, context: &mut dyn RelationPlannerContext) -> Result<RelationPlanning> {
        crate::deadline::check()?;
        let span = Span::of(relation.span());
        match relation {
            TableFactor::Table { name, alias, args: Some(args), .. } if is_tumble(&name) => {
                let plan = plan_window(args.args, span, context)?;
                Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))))
            }
            TableFactor::TableFunction { expr: ast::Expr::Function(function), alias } if is_tumble(&function.name) => {
                let FunctionArguments::List(list) = function.args else { return Err(wrong_arguments(span).into()) };
                let plan = plan_window(list.args, span, context)?;
                Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(plan, alias))))
            }
            other => Ok(RelationPlanning::Original(Box::new(other))),
        }
    }
}

pub fn is_tumble(name: &ast::ObjectName) -> bool {
    name.to_string().eq_ignore_ascii_case("tumble")
}

fn wrong_arguments(span: Option<Span>) -> Diagnostic {
    Diagnostic::new(WRONG_ARGUMENTS, "TUMBLE in FROM takes a table, its time column, a size and an optional offset")
        .at(span)
        .hint("FROM TUMBLE(t, ts, INTERVAL '10' SECOND)")
}

fn plan_window(arguments: Vec<FunctionArg>, span: Option<Span>, context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    let arguments = arguments.into_iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Ok(expression),
        _ => Err(wrong_arguments(span)),
    });
    let mut arguments = arguments.collect::<std::result::Result<Vec<_>, _>>()?;
    if !(3..=4).contains(&arguments.len()) {
        return Err(wrong_arguments(span).into());
    }
    let input = context.plan(table(arguments.remove(0)).ok_or_else(|| wrong_arguments(span))?)?;
    let time = column(arguments.remove(0)).ok_or_else(|| wrong_arguments(span))?;
    let schema = Arc::clone(input.schema());
    let mut expressions = vec![context.sql_to_expr(time, &schema)?];
    for bound in arguments {
        expressions.push(context.sql_to_expr(bound, &schema)?);
    }
    Ok(LogicalPlan::Extension(Extension { node: Arc::new(WindowTable::new(input, expressions, span)?) }))
}

/// The first argument, parsed as an expression, read as a relation.
pub fn table(argument: ast::Expr) -> Option<TableFactor> {
    match argument {
        ast::Expr::Identifier(ident) => Some(crate::syntax::table(ast::ObjectName::from(vec![ident]))),
        ast::Expr::Subquery(subquery) => Some(TableFactor::Derived { lateral: false, subquery, alias: None, sample: None }),
        ast::Expr::Nested(inner) => table(*inner),
        _ => None,
    }
}

/// `ts` or `DESCRIPTOR(ts)`.
fn column(argument: ast::Expr) -> Option<ast::Expr> {
    match argument {
        ast::Expr::Function(function) if function.name.to_string().eq_ignore_ascii_case("descriptor") => match function.args {
            FunctionArguments::List(mut list) if list.args.len() == 1 => match list.args.remove(0) {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expression)) => Some(expression),
                _ => None,
            },
            _ => None,
        },
        other => Some(other),
    }
}
