//! DataFusion's scalar functions and accumulators over Arrow batches: what runs a function that has no kernel of ours,
//! and an independent witness for those that have one.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Cursor as Bytes;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type};
use arrow::ipc::reader::StreamReader;
use arrow::ipc::writer::StreamWriter;
use datafusion_common::tree_node::{TransformedResult, TreeNode};
use datafusion_common::{DFSchema, DataFusionError};
use datafusion_expr::execution_props::ExecutionProps;
use datafusion_expr::{EmitTo, Expr, GroupsAccumulator};
use datafusion_optimizer::analyzer::type_coercion::TypeCoercionRewriter;
use datafusion_physical_expr::aggregate::AggregateExprBuilder;
use datafusion_physical_expr::{GroupsAccumulatorAdapter, PhysicalExpr, create_physical_expr};
use datafusion_sql::planner::{PlannerContext, SqlToRel};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::catalog::{self, Catalog, Column};
use crate::cursor::Cursor;
use crate::diagnostic::{Code, Diagnostic, INTERNAL, Result, UNSUPPORTED_FEATURE};
use crate::errors::Failed;
use crate::functions::located::bare;
use crate::prepare::Prepared;
use crate::registry::registry;
use crate::{tokens, types};

const EVALUATION_FAILED: Code = Code("evaluation_failed", "22000");

/// One expression per text: either all scalar or all aggregates.
#[derive(Deserialize)]
pub struct Request {
    columns: Vec<Column>,
    expressions: Vec<String>,
}

enum Evaluator {
    Scalars { expressions: Vec<Arc<dyn PhysicalExpr>>, input: SchemaRef, output: SchemaRef },
    Aggregates { calls: Vec<AggregateCall>, input: SchemaRef, group_count: usize },
}

struct AggregateCall {
    arguments: Vec<Arc<dyn PhysicalExpr>>,
    filter: Option<Arc<dyn PhysicalExpr>>,
    accumulator: Box<dyn GroupsAccumulator>,
    output: Field,
}

#[derive(Default)]
struct Evaluators {
    next: u32,
    live: HashMap<u32, Evaluator>,
}

thread_local! {
    static EVALUATORS: RefCell<Evaluators> = RefCell::default();
}

fn failed(error: DataFusionError) -> Diagnostic {
    let prepared = Prepared::default();
    let catalog = Catalog::default();
    let diagnostic = Failed { catalog: &catalog, prepared: &prepared, tokens: &[], whole: None }.diagnose(&error);
    if diagnostic.code == INTERNAL { Diagnostic { code: EVALUATION_FAILED, ..diagnostic } } else { diagnostic }
}

/// An error of a kernel while running.
fn run_failed(error: DataFusionError) -> Diagnostic {
    Diagnostic::new(EVALUATION_FAILED, error.strip_backtrace())
}

/// `{handle, types}`: canonical type of each result.
pub fn compile(request: &Request) -> Result<Value> {
    let schema = catalog::schema(&request.columns)?;
    let planned = request.expressions.iter().map(|text| plan(text, &schema)).collect::<Result<Vec<Expr>>>()?;
    let aggregates = planned.iter().filter(|expression| matches!(expression, Expr::AggregateFunction(_))).count();
    let evaluator = match aggregates {
        0 => scalars(&planned, &schema)?,
        count if count == planned.len() => aggregate(&planned, &schema)?,
        _ => return Err(Diagnostic::new(UNSUPPORTED_FEATURE, "aggregates beside scalar expressions are not supported")),
    };
    let names = |fields: &[&Field]| fields.iter().map(|field| types::name(field.data_type())).collect::<Vec<_>>();
    let result = match &evaluator {
        Evaluator::Scalars { output, .. } => names(&output.fields().iter().map(|field| field.as_ref()).collect::<Vec<_>>()),
        Evaluator::Aggregates { calls, .. } => names(&calls.iter().map(|call| &call.output).collect::<Vec<_>>()),
    };
    let handle = EVALUATORS.with_borrow_mut(|evaluators| {
        evaluators.next += 1;
        evaluators.live.insert(evaluators.next, evaluator);
        evaluators.next
    });
    Ok(json!({"handle": handle, "types": result}))
}

pub fn release(handle: u32) {
    EVALUATORS.with_borrow_mut(|evaluators| evaluators.live.remove(&handle));
}

fn plan(text: &str, schema: &SchemaRef) -> Result<Expr> {
    let (statements, broken) = tokens::split(text);
    if let Some(error) = broken {
        return Err(error);
    }
    let [words] = statements.as_slice() else {
        return Err(Diagnostic::new(crate::diagnostic::SYNTAX_ERROR, "syntax error: one expression is expected"));
    };
    crate::limits::check(words)?;
    tokens::check(words)?;
    let mut cursor = Cursor::new(words);
    let mut ast = cursor.parse(|parser| parser.parse_expr())?;
    cursor.expect_end()?;
    crate::balance::expression(&mut ast);
    crate::refuse::expression(&ast, words)?;
    crate::prepare::expression(&mut ast, words)?;
    let schema = DFSchema::try_from(Arc::clone(schema)).map_err(failed)?;
    let catalog = Catalog::default();
    let planned = SqlToRel::new(&catalog).sql_to_expr(ast, &schema, &mut PlannerContext::new());
    let coerced = planned.and_then(|expression| expression.rewrite(&mut TypeCoercionRewriter::new(&schema)).data()).map_err(failed)?;
    Ok(match bare(&coerced) {
        aggregate @ Expr::AggregateFunction(_) => aggregate.clone(),
        _ => coerced.unalias_nested().data,
    })
}

fn physical(expression: &Expr, schema: &SchemaRef) -> Result<Arc<dyn PhysicalExpr>> {
    let schema = DFSchema::try_from(Arc::clone(schema)).map_err(failed)?;
    let mut props = ExecutionProps::new();
    props.config_options = Some(Arc::clone(&registry().config));
    create_physical_expr(expression, &schema, &props, &Default::default()).map_err(failed)
}

fn canonical(data_type: &DataType) -> Result<DataType> {
    types::canonical(data_type).ok_or_else(|| Diagnostic::new(UNSUPPORTED_FEATURE, format!("a value of type {data_type} is not supported")))
}

fn scalars(planned: &[Expr], schema: &SchemaRef) -> Result<Evaluator> {
    let expressions = planned.iter().map(|expression| physical(expression, schema)).collect::<Result<Vec<_>>>()?;
    let fields = expressions.iter().enumerate().map(|(index, expression)| {
        let data_type = expression.data_type(schema).map_err(failed)?;
        Ok(Field::new(index.to_string(), canonical(&data_type)?, true))
    });
    let output = Arc::new(Schema::new(fields.collect::<Result<Vec<Field>>>()?));
    Ok(Evaluator::Scalars { expressions, input: Arc::clone(schema), output })
}

fn aggregate(planned: &[Expr], schema: &SchemaRef) -> Result<Evaluator> {
    let calls = planned.iter().enumerate().map(|(index, expression)| {
        let Expr::AggregateFunction(call) = expression else {
            return Err(Diagnostic::new(INTERNAL, "no aggregate"));
        };
        let arguments = call.params.args.iter().map(|argument| physical(argument, schema)).collect::<Result<Vec<_>>>()?;
        let filter = call.params.filter.as_ref().map(|filter| physical(filter, schema)).transpose()?;
        if !call.params.order_by.is_empty() {
            return Err(Diagnostic::new(UNSUPPORTED_FEATURE, "ORDER BY in an aggregate is not supported in the evaluator"));
        }
        let function = AggregateExprBuilder::new(Arc::clone(&call.func), arguments.clone())
            .schema(Arc::clone(schema))
            .alias(index.to_string())
            .with_distinct(call.params.distinct)
            .build()
            .map_err(failed)?;
        let output = Field::new(index.to_string(), canonical(function.field().data_type())?, true);
        let accumulator: Box<dyn GroupsAccumulator> = if function.groups_accumulator_supported() {
            function.create_groups_accumulator().map_err(failed)?
        } else {
            Box::new(GroupsAccumulatorAdapter::new(move || function.create_accumulator()))
        };
        Ok(AggregateCall { arguments, filter, accumulator, output })
    });
    Ok(Evaluator::Aggregates { calls: calls.collect::<Result<Vec<_>>>()?, input: Arc::clone(schema), group_count: 0 })
}

/// Scalars: results of each input row, as an IPC stream. Aggregates: takes the rows in, the last column holding each
/// row's group number (UInt32), and returns nothing.
pub fn run(handle: u32, ipc: &[u8]) -> Result<Vec<u8>> {
    EVALUATORS.with_borrow_mut(|evaluators| match evaluators.live.get_mut(&handle) {
        None => Err(Diagnostic::new(INTERNAL, "no such evaluator")),
        Some(Evaluator::Scalars { expressions, input, output }) => run_scalars(expressions, (input, output), ipc).map_err(run_failed),
        Some(Evaluator::Aggregates { calls, input, group_count }) => {
            batches(ipc, input).and_then(|batches| update(calls, group_count, batches)).map_err(run_failed).map(|()| vec![])
        }
    })
}

/// The aggregates of all groups so far, one row per group number; starts anew.
pub fn finish(handle: u32) -> Result<Vec<u8>> {
    EVALUATORS.with_borrow_mut(|evaluators| match evaluators.live.get_mut(&handle) {
        Some(Evaluator::Aggregates { calls, group_count, .. }) => {
            *group_count = 0;
            finish_calls(calls).map_err(run_failed)
        }
        _ => Err(Diagnostic::new(INTERNAL, "no such aggregate")),
    })
}

type Fallible<T> = std::result::Result<T, DataFusionError>;

fn evaluate(expression: &Arc<dyn PhysicalExpr>, batch: &RecordBatch) -> Fallible<ArrayRef> {
    expression.evaluate(batch)?.into_array(batch.num_rows())
}

/// The rows with the very types that the expressions were compiled for (zones and units as we spell them); columns behind
/// those of the schema are kept.
fn batches(ipc: &[u8], schema: &SchemaRef) -> Fallible<Vec<RecordBatch>> {
    let mut batches = vec![];
    for batch in StreamReader::try_new(Bytes::new(ipc), None)? {
        let batch = batch?;
        let found = batch.schema();
        let mut fields = vec![];
        let mut columns = vec![];
        for (index, column) in batch.columns().iter().enumerate() {
            let field = found.field(index);
            let data_type = schema.fields().get(index).map_or(field.data_type(), |wanted| wanted.data_type());
            columns.push(cast(column, data_type)?);
            fields.push(Field::new(field.name(), data_type.clone(), true));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        batches.push(RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), columns, &options)?);
    }
    Ok(batches)
}

fn run_scalars(expressions: &[Arc<dyn PhysicalExpr>], schemas: (&SchemaRef, &SchemaRef), ipc: &[u8]) -> Fallible<Vec<u8>> {
    let (input, output) = schemas;
    let mut results = vec![];
    for batch in batches(ipc, input)? {
        let columns = expressions.iter().zip(output.fields()).map(|(expression, field)| {
            Ok(cast(&evaluate(expression, &batch)?, field.data_type())?)
        });
        let columns = columns.collect::<Fallible<Vec<ArrayRef>>>()?;
        results.push(RecordBatch::try_new(Arc::clone(output), columns)?);
    }
    write(output, &results)
}

fn update(calls: &mut [AggregateCall], group_count: &mut usize, batches: Vec<RecordBatch>) -> Fallible<()> {
    for batch in batches {
        let last = batch.column(batch.num_columns() - 1);
        let Some(groups) = last.as_primitive_opt::<UInt32Type>() else {
            return Err(DataFusionError::Execution("the last column must hold group numbers (UInt32)".to_string()));
        };
        let groups: Vec<usize> = groups.values().iter().map(|group| *group as usize).collect();
        *group_count = (*group_count).max(groups.iter().max().map_or(0, |group| group + 1));
        for call in calls.iter_mut() {
            let values = call.arguments.iter().map(|argument| evaluate(argument, &batch)).collect::<Fallible<Vec<ArrayRef>>>()?;
            let filter = call.filter.as_ref().map(|filter| evaluate(filter, &batch)).transpose()?;
            let filter = filter.as_ref().map(|filter| filter.as_boolean());
            call.accumulator.update_batch(&values, &groups, filter, *group_count)?;
        }
    }
    Ok(())
}

fn finish_calls(calls: &mut [AggregateCall]) -> Fallible<Vec<u8>> {
    let columns = calls.iter_mut().map(|call| Ok(cast(&call.accumulator.evaluate(EmitTo::All)?, call.output.data_type())?));
    let columns = columns.collect::<Fallible<Vec<ArrayRef>>>()?;
    let schema = Arc::new(Schema::new(calls.iter().map(|call| call.output.clone()).collect::<Vec<Field>>()));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns)?;
    write(&schema, &[batch])
}

fn write(schema: &SchemaRef, batches: &[RecordBatch]) -> Fallible<Vec<u8>> {
    let mut bytes = vec![];
    let mut writer = StreamWriter::try_new(&mut bytes, schema)?;
    for batch in batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    drop(writer);
    Ok(bytes)
}
